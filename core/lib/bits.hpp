// SPDX-License-Identifier: Apache-2.0
// Small arithmetic on bits and alignment.
#pragma once

#include <cstddef>
#include <cstdint>

namespace brig {

constexpr uint64_t kPageSize = 4096;

constexpr uint64_t bit(unsigned n) {
    return uint64_t{1} << n;
}

/// Bits [high:low] set.
constexpr uint64_t mask(unsigned high, unsigned low) {
    return (~uint64_t{0} >> (63 - high)) & (~uint64_t{0} << low);
}

/// Field [high:low] of `value`, shifted down.
constexpr uint64_t field(uint64_t value, unsigned high, unsigned low) {
    return (value & mask(high, low)) >> low;
}

constexpr uint64_t align_down(uint64_t value, uint64_t alignment) {
    return value & ~(alignment - 1);
}

constexpr uint64_t align_up(uint64_t value, uint64_t alignment) {
    return align_down(value + alignment - 1, alignment);
}

constexpr bool is_aligned(uint64_t value, uint64_t alignment) {
    return (value & (alignment - 1)) == 0;
}

constexpr uint64_t pages_of(uint64_t size) {
    return align_up(size, kPageSize) / kPageSize;
}

/// Half-open address range [start, start + size).
struct Range {
    uint64_t start = 0;
    uint64_t size = 0;

    constexpr uint64_t end() const { return start + size; }
    constexpr bool empty() const { return size == 0; }
    constexpr bool contains(uint64_t address) const { return address - start < size; }
    constexpr bool contains(Range other) const {
        return contains(other.start) && other.size <= size - (other.start - start);
    }
    constexpr bool overlaps(Range other) const {
        return !empty() && !other.empty() && start < other.end() && other.start < end();
    }
    constexpr Range intersect(Range other) const {
        const uint64_t from = start > other.start ? start : other.start;
        const uint64_t to = end() < other.end() ? end() : other.end();
        return from < to ? Range{from, to - from} : Range{};
    }
    /// The whole pages that the range touches.
    constexpr Range page_cover() const {
        const uint64_t from = align_down(start, kPageSize);
        return {from, align_up(end(), kPageSize) - from};
    }
};

} // namespace brig
