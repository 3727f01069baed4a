// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"

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
