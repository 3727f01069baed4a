// SPDX-License-Identifier: Apache-2.0
#include "config/placement.hpp"

#include <algorithm>
#include <bit>

namespace brig::config {

namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t block = 0x200000;
constexpr uint64_t below_4g = 0xffffffff;

// Left free at the top of a bank: boot loaders move themselves, frame buffers and often OP-TEE
// there, and trees do not always say so.
constexpr uint64_t top_margin = 0x8000000;

// The part of each bank that is searched first, then the rest. Banks that end below 4 GiB come
// first: they are the same on every size variant of a board, and 32-bit DMA reaches them.
std::vector<Range> in_order(std::vector<Range> banks) {
    std::vector<Range> low, high, rest;
    for (const Range& bank : banks) {
        uint64_t margin = std::min(top_margin, bank.size() / 8) & ~(block - 1);
        Range main{bank.first, bank.last - margin};
        (bank.last <= below_4g ? low : high).push_back(main);
        if (margin)
            rest.push_back({bank.last - margin + 1, bank.last});
    }
    auto by_end = [](const Range& a, const Range& b) { return a.last > b.last; };
    std::sort(low.begin(), low.end(), by_end);
    // Above 4 GiB the lowest bank: it is there whatever the size variant.
    std::sort(high.begin(), high.end(),
              [&](const Range& a, const Range& b) { return by_end(b, a); });
    std::sort(rest.begin(), rest.end(), by_end);
    low.insert(low.end(), high.begin(), high.end());
    low.insert(low.end(), rest.begin(), rest.end());
    return low;
}

// The parts of `free` inside `bank`, highest first.
std::vector<Range> parts_of(const Range& bank, const std::vector<Range>& free) {
    std::vector<Range> parts;
    for (const Range& range : free)
        if (range.overlaps(bank))
            parts.push_back({std::max(range.first, bank.first), std::min(range.last, bank.last)});
    std::reverse(parts.begin(), parts.end());
    return parts;
}

// The highest place of this size in the part.
std::optional<Range> fit(const Range& part, uint64_t size, uint64_t alignment) {
    if (part.size() < size)
        return {};
    uint64_t start = (part.last - size + 1) & ~(alignment - 1);
    if (start < part.first)
        return {};
    return make_range(start, size);
}

} // namespace

uint64_t placement_alignment(uint64_t size) {
    return std::clamp(std::bit_floor(size), page, block);
}

Placement::Placement(std::vector<Range> banks, std::vector<Range> free, std::vector<Range> pools)
    : has_pools_(!pools.empty()) {
    free = merged(std::move(free));
    for (const Range& bank : in_order(merged(std::move(banks))))
        for (const Range& part : parts_of(bank, without(free, pools)))
            general_.push_back(part);
    for (const Range& pool : merged(std::move(pools)))
        for (const Range& part : parts_of(pool, free))
            pools_.insert(pools_.begin(), part);
}

std::optional<Range> Placement::place(uint64_t size, bool for_cell) {
    size = (size + page - 1) & ~(page - 1);
    std::vector<Range>& parts = for_cell && has_pools_ ? pools_ : general_;
    for (size_t i = 0; i < parts.size(); i++) {
        auto place = fit(parts[i], size, placement_alignment(size));
        if (!place)
            continue;
        // What remains stays in the order of search: above first, then below.
        std::vector<Range> remains = without({parts[i]}, {*place});
        std::reverse(remains.begin(), remains.end());
        parts.erase(parts.begin() + static_cast<ptrdiff_t>(i));
        parts.insert(parts.begin() + static_cast<ptrdiff_t>(i), remains.begin(), remains.end());
        return place;
    }
    return {};
}

uint64_t Placement::largest(bool for_cell) const {
    uint64_t best = 0;
    for (const Range& part : for_cell&& has_pools_ ? pools_ : general_) {
        uint64_t start = (part.first + page - 1) & ~(page - 1);
        if (start <= part.last)
            best = std::max(best, (part.last - start + 1) & ~(page - 1));
    }
    return best;
}

} // namespace brig::config
