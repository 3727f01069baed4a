// SPDX-License-Identifier: Apache-2.0
// Type-safe formatting into a sink, no heap: "{}" prints the next argument, "{:x}" in hex,
// "{:016x}" zero-padded to a width, "{:2}" blank-padded. Too few arguments print "{?}"; surplus
// ones are dropped.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace brig {

/// Where characters go.
class Sink {
public:
    virtual void put(char c) = 0;

protected:
    ~Sink() = default;
};

/// A text on the stack; what does not fit is cut off.
template <size_t size>
class TextBuffer final : public Sink {
public:
    void put(char c) override {
        if (length_ + 1 < size)
            text_[length_++] = c;
    }
    const char* text() const { return text_; }

private:
    char text_[size] = {};
    size_t length_ = 0;
};

/// A pointer, printed as 0x and 16 hex digits.
struct Address {
    uint64_t value;
};

struct FormatArg {
    enum class Kind : uint8_t { unsigned_number, signed_number, text, character, address };

    template <std::unsigned_integral T>
    constexpr FormatArg(T value) : number{value}, kind{Kind::unsigned_number} {}
    template <std::signed_integral T>
    constexpr FormatArg(T value)
        : number{static_cast<uint64_t>(static_cast<int64_t>(value))}, kind{Kind::signed_number} {}
    constexpr FormatArg(const char* value) : text{value}, kind{Kind::text} {}
    constexpr FormatArg(char value)
        : number{static_cast<unsigned char>(value)}, kind{Kind::character} {}
    constexpr FormatArg(Address value) : number{value.value}, kind{Kind::address} {}

    union {
        uint64_t number;
        const char* text;
    };
    Kind kind;
};

void vformat(Sink& sink, const char* format, const FormatArg* args, size_t count);

template <typename... Args>
void format(Sink& sink, const char* text, Args... args) {
    const FormatArg list[] = {FormatArg{args}..., FormatArg{0u}};
    vformat(sink, text, list, sizeof...(args));
}

} // namespace brig
