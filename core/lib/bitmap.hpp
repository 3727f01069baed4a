// SPDX-License-Identifier: Apache-2.0
// A fixed-size set of small integers, kept in 32-bit words (the width of the GIC's registers).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace brig {

template <size_t N>
class Bitmap {
public:
    static constexpr size_t kSize = N;
    static constexpr size_t kWords = (N + 31) / 32;

    constexpr bool test(size_t n) const { return n < N && (words_[n / 32] >> (n % 32) & 1) != 0; }
    constexpr void set(size_t n) { words_[n / 32] |= 1u << (n % 32); }
    constexpr void clear(size_t n) { words_[n / 32] &= ~(1u << (n % 32)); }
    constexpr void assign(size_t n, bool value) { value ? set(n) : clear(n); }

    constexpr uint32_t word(size_t n) const { return words_[n]; }
    constexpr uint32_t& word(size_t n) { return words_[n]; }

    constexpr bool empty() const {
        for (uint32_t w : words_)
            if (w != 0)
                return false;
        return true;
    }
    constexpr size_t count() const {
        size_t n = 0;
        for (size_t i = next(); i < N; i = next(i + 1))
            n++;
        return n;
    }
    /// Smallest member >= from, or N.
    constexpr size_t next(size_t from = 0) const {
        for (size_t i = from / 32; i < kWords; i++) {
            uint32_t w = words_[i];
            if (i == from / 32)
                w &= ~0u << (from % 32);
            if (w != 0)
                return i * 32 + static_cast<size_t>(std::countr_zero(w));
        }
        return N;
    }
    constexpr bool contains(const Bitmap& other) const {
        for (size_t i = 0; i < kWords; i++)
            if ((other.words_[i] & ~words_[i]) != 0)
                return false;
        return true;
    }
    constexpr bool operator==(const Bitmap&) const = default;

    /// Iteration over the members in ascending order.
    class Iterator {
    public:
        constexpr Iterator(const Bitmap* map, size_t at) : map_{map}, at_{at} {}
        constexpr size_t operator*() const { return at_; }
        constexpr Iterator& operator++() {
            at_ = map_->next(at_ + 1);
            return *this;
        }
        constexpr bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const Bitmap* map_;
        size_t at_;
    };
    constexpr Iterator begin() const { return {this, next()}; }
    constexpr Iterator end() const { return {this, N}; }

private:
    uint32_t words_[kWords] = {};
};

} // namespace brig
