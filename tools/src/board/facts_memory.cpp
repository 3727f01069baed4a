// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"

#include <algorithm>

namespace brig::board {

namespace {

// Banks of the tree's memory nodes; a bank of size 0 is a place for the boot loader to fill in.
std::vector<Range> memory_nodes(const Tree& tree) {
    std::vector<Range> banks;
    for (const Node* node : tree.root().children)
        if (node->text("device_type") == "memory" && node->enabled())
            for (const auto& bank : registers_of(*node))
                banks.push_back(bank.range);
    return merged(std::move(banks));
}

bool hold_gic(const std::vector<Range>& banks, const Facts& facts) {
    return facts.gic && facts.gic->gicd &&
           std::any_of(banks.begin(), banks.end(),
                       [&](const Range& bank) { return bank.overlaps(*facts.gic->gicd); });
}

// Some trees have one bank for RAM and registers, and a boot loader that corrects it (the AC5X's
// carrier for a CN9131, an i.MX 93). RAM of such chips begins at multiples of 1 GiB, so what is
// left are the pieces without devices that begin there and have that size at least.
std::vector<Range> without_registers(const std::vector<Range>& banks, const Facts& facts) {
    constexpr uint64_t gib = uint64_t{1} << 30;
    std::vector<Range> registers, left;
    for (const Device& device : facts.devices)
        for (const Range& range : device.addresses())
            registers.push_back(range);
    for (const Range& piece : without(banks, merged(std::move(registers)))) {
        uint64_t start = (piece.first + gib - 1) / gib * gib;
        if (start < piece.last && piece.last - start >= gib - 1)
            left.push_back({start, piece.last});
    }
    return left;
}

void add_reserved_nodes(const Tree& tree, std::vector<ReservedRange>& reserved) {
    const Node* list = tree.find("/reserved-memory");
    if (!list)
        return;
    for (const Node* node : list->children) {
        if (!node->enabled())
            continue;
        auto places = registers_of(*node);
        for (const auto& place : places)
            reserved.push_back({place.range, node->name, node->has("no-map")});
        if (places.empty() && node->has("size"))
            reserved.push_back({{}, node->name, node->has("no-map")});
    }
}

} // namespace

void read_memory(const Tree& tree, const std::optional<Iomem>& iomem, Facts& facts) {
    facts.memory = iomem ? iomem->ram() : memory_nodes(tree);
    if (!iomem && hold_gic(facts.memory, facts)) {
        facts.memory = without_registers(facts.memory, facts);
        facts.memory_corrected = true;
    }
    if (!facts.memory.empty())
        facts.memory_source = iomem ? "/proc/iomem" : "device tree";
    for (auto [start, size] : tree.reservations())
        facts.reserved.push_back({make_range(start, size), "/memreserve/", false});
    add_reserved_nodes(tree, facts.reserved);
    if (iomem)
        for (const Range& range : iomem->reserved())
            facts.reserved.push_back({range, "/proc/iomem", false});
    for (size_t i = 1; i < facts.memory.size(); i++)
        facts.holes.push_back({facts.memory[i - 1].last + 1, facts.memory[i].first - 1});
}

} // namespace brig::board
