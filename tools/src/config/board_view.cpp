// SPDX-License-Identifier: Apache-2.0
#include "config/board_view.hpp"
#include "util/text.hpp"

#include <algorithm>
#include <bit>

namespace brig::config {

namespace {

uint64_t number(const std::vector<uint32_t>& cells, size_t first, size_t count) {
    uint64_t value = 0;
    for (size_t i = first; i < first + count && i < cells.size(); i++)
        value = value << 32 | cells[i];
    return value;
}

uint64_t whole(const board::Node& node, const char* property) {
    std::vector<uint32_t> cells = node.cells(property);
    return number(cells, 0, cells.size());
}

DynamicReservation dynamic_reservation(const board::Node& node, const board::Node& parent) {
    DynamicReservation result{node.path, whole(node, "size"), whole(node, "alignment"), {}};
    std::vector<uint32_t> ranges = node.cells("alloc-ranges");
    size_t address = parent.address_cells();
    size_t size = parent.size_cells();
    for (size_t at = 0; address + size > 0 && at + address + size <= ranges.size();
         at += address + size)
        if (uint64_t bytes = number(ranges, at + address, size))
            result.inside.push_back(make_range(number(ranges, at, address), bytes));
    return result;
}

// What the boot loader left for the kernel; only trees of running systems have it.
std::optional<Range> initrd(const board::Tree& tree) {
    const board::Node* chosen = tree.find("/chosen");
    if (!chosen || !chosen->has("linux,initrd-start"))
        return {};
    uint64_t start = whole(*chosen, "linux,initrd-start");
    uint64_t end = whole(*chosen, "linux,initrd-end");
    if (end <= start)
        return {};
    return Range{start, end - 1};
}

} // namespace

BoardView BoardView::parse(const Bytes& blob, const std::string& name) {
    board::Tree tree = board::Tree::parse(blob, name);
    board::Facts facts = board::read_facts(tree);
    BoardView view(std::move(tree), std::move(facts));
    for (size_t i = 0; i < view.facts.devices.size(); i++)
        view.by_node_.emplace(view.facts.devices[i].node, i);
    view.ram = merged(view.facts.memory);
    view.read_reservations();
    return view;
}

void BoardView::read_reservations() {
    for (const auto& [start, size] : tree.reservations())
        if (size)
            firmware.push_back(
                {"the tree's memory reservation block", make_range(start, size), false});
    if (const board::Node* parent = tree.find("/reserved-memory"))
        for (const board::Node* node : parent->children) {
            if (!node->enabled())
                continue;
            for (const auto& reg : board::registers_of(*node))
                firmware.push_back({node->path, reg.range, node->has("no-map")});
            if (!node->has("reg") && node->has("size"))
                dynamic.push_back(dynamic_reservation(*node, *parent));
        }
    if (auto range = initrd(tree))
        keep_free.push_back(*range);
}

const board::Device* BoardView::device_at(const board::Node& node) const {
    auto found = by_node_.find(&node);
    return found == by_node_.end() ? nullptr : &facts.devices[found->second];
}

std::vector<const board::Device*> BoardView::with_children(const board::Device& device) const {
    std::vector<const board::Device*> result = {&device};
    for (const auto& other : facts.devices)
        for (const board::Node* node = other.node->parent; node; node = node->parent)
            if (node == device.node)
                result.push_back(&other);
    return result;
}

std::vector<const board::Device*> BoardView::devices_in(const Range& range) const {
    std::vector<const board::Device*> result;
    for (const auto& device : facts.devices) {
        const std::vector<Range> ranges = device.addresses();
        if (std::any_of(ranges.begin(), ranges.end(),
                        [&](const Range& part) { return part.overlaps(range); }))
            result.push_back(&device);
    }
    return result;
}

std::vector<const board::Device*> BoardView::users_of(unsigned intid) const {
    std::vector<const board::Device*> result;
    for (const auto& device : facts.devices)
        if (std::any_of(device.interrupts.begin(), device.interrupts.end(),
                        [&](const auto& interrupt) { return interrupt.intid == intid; }))
            result.push_back(&device);
    return result;
}

std::vector<Range> BoardView::free_ram() const {
    std::vector<Range> taken = keep_free;
    for (const auto& reservation : firmware)
        taken.push_back(reservation.range);
    return without(ram, taken);
}

std::optional<uint64_t> BoardView::alias_of(uint64_t address) const {
    if (ram.empty() || address <= ram.back().last)
        return {};
    // The installed size is the banks' sum, rounded up since firmware hides some of it.
    uint64_t installed = 0;
    for (const auto& bank : ram)
        installed += bank.size();
    uint64_t base = ram.front().first & ~((uint64_t{1} << 30) - 1);
    uint64_t alias = base + (address - base) % std::bit_ceil(installed);
    bool real = std::any_of(ram.begin(), ram.end(),
                            [alias](const Range& bank) { return bank.contains(alias); });
    return real ? std::optional(alias) : std::nullopt;
}

std::string ranges_text(const std::vector<Range>& ranges) {
    std::vector<std::string> texts;
    for (const Range& range : ranges)
        texts.push_back(range.text());
    return joined(texts);
}

} // namespace brig::config
