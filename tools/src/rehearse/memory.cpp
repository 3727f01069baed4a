// SPDX-License-Identifier: Apache-2.0
// Installed RAM, and places in it and beside it.
#include "rehearse/parts.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::rehearse {

using namespace brig::board;

namespace {

constexpr uint64_t mib = uint64_t{1} << 20;
constexpr uint64_t gib = uint64_t{1} << 30;
constexpr uint64_t assumed_size = gib;
constexpr uint64_t most_memory = 16 * gib; // a host has to have it

// Everything of the tree that is at an address; reserved RAM is no device.
std::vector<Range> device_ranges(const Facts& facts) {
    std::vector<Range> ranges;
    for (const Device& device : facts.devices)
        for (const Range& range : device.addresses())
            ranges.push_back(range);
    return merged(std::move(ranges));
}

// Where RAM begins, if a memory node says it although its size is left to the boot loader.
std::optional<uint64_t> placeholder(const Tree& tree) {
    for (const Node* node : tree.root().children) {
        auto reg = node->cells("reg");
        unsigned cells = tree.root().address_cells();
        if (node->text("device_type") != "memory" || cells == 0 || cells > 2 || reg.size() < cells)
            continue;
        return cells == 2 ? uint64_t{reg[0]} << 32 | reg[1] : reg[0];
    }
    return {};
}

// The largest piece of the first 4 GiB without devices; RAM of most chips begins at a whole GiB.
Range likely_bank(const Facts& facts) {
    Range best{0, 0};
    for (const Range& gap : without({{0, 4 * gib - 1}}, device_ranges(facts)))
        if (gap.size() > best.size())
            best = gap;
    uint64_t start = (best.first + gib - 1) / gib * gib;
    if (start >= best.last || best.last - start < best.size() / 2)
        start = (best.first + 2 * mib - 1) / (2 * mib) * (2 * mib);
    return {start, best.last};
}

std::vector<Range> first_bytes(const std::vector<Range>& banks, uint64_t size) {
    std::vector<Range> result;
    for (const Range& bank : banks) {
        if (size == 0)
            break;
        result.push_back(make_range(bank.first, std::min(bank.size(), size)));
        size -= result.back().size();
    }
    return result;
}

uint64_t total(const std::vector<Range>& banks) {
    uint64_t sum = 0;
    for (const Range& bank : banks)
        sum += bank.size();
    return sum;
}

// Makes the last bank larger, if nothing is in the way.
std::vector<Range> grown(std::vector<Range> banks, uint64_t size, const Facts& facts) {
    Range wanted = make_range(banks.back().first, banks.back().size() + size - total(banks));
    for (const Range& device : device_ranges(facts))
        if (wanted.overlaps(device))
            fail("installing {} of RAM: behind {} there is room only up to {:#x}, where the tree "
                 "has a device. Give the banks in a twin overlay (--twin) or in the partition file",
                 size_text(size), banks.back().text(), device.first);
    banks.back() = wanted;
    return banks;
}

} // namespace

std::vector<Range> installed_memory(const Tree& tree, const Facts& facts, const Options& options,
                                    std::vector<Note>& assumptions) {
    std::vector<Range> banks = options.banks.empty() ? facts.memory : options.banks;
    if (banks.empty()) {
        auto start = placeholder(tree);
        Range room = likely_bank(facts);
        if (start)
            room = {*start, *start + most_memory - 1};
        uint64_t size = std::min(options.memory.value_or(assumed_size), room.size());
        if (size < 64 * mib)
            fail("placing the twin's RAM: the tree has none, and no free addresses for it. Give "
                 "the banks in a twin overlay (--twin)");
        banks = {make_range(room.first, size)};
        assumptions.push_back(
            {"memory",
             fmt::format("The tree has no RAM: {} from {:#x} on was assumed.", size_text(size),
                         room.first),
             "Make the partition with the board's /proc/iomem (`brig port new --iomem`)."});
    }
    banks = merged(std::move(banks));
    uint64_t size = options.memory.value_or(std::min(total(banks), most_memory));
    if (size < 64 * mib)
        fail("installing {} of RAM: the twin needs at least 64 MiB", size_text(size));
    if (size < total(banks) && !options.memory)
        assumptions.push_back({"memory",
                               fmt::format("The board has {} of RAM, the twin the first {}.",
                                           size_text(total(banks)), size_text(size)),
                               "Look at the upper banks on the board."});
    return size > total(banks) ? grown(std::move(banks), size, facts) : first_bytes(banks, size);
}

uint64_t free_place(const Facts& facts, const std::vector<Range>& memory) {
    std::vector<Range> taken = device_ranges(facts);
    taken.insert(taken.end(), memory.begin(), memory.end());
    constexpr uint64_t top = 0xff00000000; // all cores have 40 address bits
    for (uint64_t place = top; place >= gib; place -= gib) {
        Range room = make_range(place, 2 * mib);
        if (std::none_of(taken.begin(), taken.end(),
                         [&](const Range& range) { return range.overlaps(room); }))
            return place;
    }
    fail("placing the twin's firmware: the tree uses every GiB up to {:#x}", top);
}

} // namespace brig::rehearse
