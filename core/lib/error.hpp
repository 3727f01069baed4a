// SPDX-License-Identifier: Apache-2.0
// Errors as the ABI knows them: Linux errno numbers, carried in a type so that none is lost.
#pragma once

#include <cstdint>

namespace brig {

/// Values are the negative numbers that hypercalls and the entry function return.
enum class Error : int32_t {
    permission = -1,     // EPERM
    not_found = -2,      // ENOENT
    io = -5,             // EIO
    too_big = -7,        // E2BIG
    try_again = -11,     // EAGAIN
    no_memory = -12,     // ENOMEM
    busy = -16,          // EBUSY
    exists = -17,        // EEXIST
    no_device = -19,     // ENODEV
    invalid = -22,       // EINVAL
    not_supported = -38, // ENOSYS
};

/// A value or an error. Without a value: Result<void>.
template <typename T>
class [[nodiscard]] Result {
public:
    constexpr Result(T value) : value_{value}, ok_{true} {}
    constexpr Result(Error error) : error_{error}, ok_{false} {}

    constexpr explicit operator bool() const { return ok_; }
    constexpr T& operator*() { return value_; }
    constexpr const T& operator*() const { return value_; }
    constexpr T* operator->() { return &value_; }
    constexpr Error error() const { return error_; }

private:
    union {
        T value_;
        Error error_;
    };
    bool ok_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    constexpr Result() = default;
    constexpr Result(Error error) : error_{error}, ok_{false} {}

    constexpr explicit operator bool() const { return ok_; }
    constexpr Error error() const { return error_; }

private:
    Error error_{};
    bool ok_ = true;
};

} // namespace brig

/// Evaluates to the value of `expression`, or returns its error from the enclosing function.
#define BRIG_TRY(expression)                 \
    __extension__({                          \
        auto brig_try_result = (expression); \
        if (!brig_try_result)                \
            return brig_try_result.error();  \
        *brig_try_result;                    \
    })

/// The same for Result<void>.
#define BRIG_CHECK(expression)                                         \
    do {                                                               \
        if (auto brig_check_result = (expression); !brig_check_result) \
            return brig_check_result.error();                          \
    } while (false)
