// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace brig {

// Addresses first..last, both included, so that a range may end at the top of the address space.
struct Range {
    uint64_t first = 0;
    uint64_t last = 0;

    bool overlaps(const Range& other) const { return first <= other.last && other.first <= last; }
    bool contains(const Range& other) const { return first <= other.first && other.last <= last; }
    bool contains(uint64_t address) const { return first <= address && address <= last; }
    uint64_t size() const { return last - first + 1; } // 0 for the whole address space
    std::string text() const;                          // "0x7f000000-0x7f00ffff"

    bool operator==(const Range&) const = default;
};

// `size` must not be 0; a range that would wrap ends at the top.
Range make_range(uint64_t start, uint64_t size);

// Sorted, with overlapping and adjacent ones joined.
std::vector<Range> merged(std::vector<Range> ranges);

// What is left of `ranges` without `holes`; sorted and merged.
std::vector<Range> without(std::vector<Range> ranges, std::vector<Range> holes);

// Grown to whole pages of `page` bytes (a power of two).
Range whole_pages(const Range& range, uint64_t page = 0x1000);

} // namespace brig
