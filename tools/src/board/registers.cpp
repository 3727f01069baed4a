// SPDX-License-Identifier: Apache-2.0
// Addresses of buses and of the CPU: `reg` and `ranges`.
#include "board/device.hpp"

namespace brig::board {

namespace {

// Real buses use 1 to 4 cells (Devicetree Specification, 2.3.5); 4 is Linux's limit too.
constexpr unsigned max_cells = 4;

bool is_pci(const Node& bus) {
    std::string type = bus.text("device_type");
    return type == "pci" || type == "pciex";
}

// Upper cells of a bus address, which say the space (PCI, fsl-mc), and the lower 64 bits.
struct BusAddress {
    std::vector<uint32_t> space;
    uint64_t value = 0;
};

BusAddress take(const std::vector<uint32_t>& cells, size_t at, unsigned count, bool pci) {
    BusAddress result;
    for (unsigned i = 0; i < count; i++) {
        if (i + 2 < count)
            result.space.push_back(pci ? cells[at + i] & 0x03000000 : cells[at + i]);
        else
            result.value = result.value << 32 | cells[at + i];
    }
    return result;
}

// One step up: from the bus below `bridge` to the one that the bridge is on.
std::optional<std::vector<uint32_t>> up(const Node& bridge, const std::vector<uint32_t>& address) {
    const Node& above = *bridge.parent;
    unsigned child_cells = bridge.address_cells();
    unsigned parent_cells = above.address_cells();
    unsigned size_cells = bridge.size_cells();
    if (child_cells == 0 || child_cells > max_cells || parent_cells == 0 ||
        parent_cells > max_cells || size_cells == 0 || size_cells > 2 ||
        address.size() != child_cells || !bridge.has("ranges"))
        return {};
    auto ranges = bridge.cells("ranges");
    if (ranges.empty()) { // identical addresses
        if (child_cells == parent_cells)
            return address;
        auto [space, value] = take(address, 0, child_cells, false);
        std::vector<uint32_t> result(parent_cells);
        result[parent_cells - 1] = static_cast<uint32_t>(value);
        if (parent_cells > 1)
            result[parent_cells - 2] = static_cast<uint32_t>(value >> 32);
        return result;
    }
    bool pci = is_pci(bridge);
    BusAddress wanted = take(address, 0, child_cells, pci);
    size_t entry = child_cells + parent_cells + size_cells;
    for (size_t at = 0; at + entry <= ranges.size(); at += entry) {
        BusAddress child = take(ranges, at, child_cells, pci);
        uint64_t size = take(ranges, at + child_cells + parent_cells, size_cells, false).value;
        if (child.space != wanted.space || wanted.value < child.value ||
            wanted.value - child.value >= size)
            continue;
        BusAddress parent = take(ranges, at + child_cells, parent_cells, false);
        uint64_t value = parent.value + (wanted.value - child.value);
        std::vector<uint32_t> result = parent.space;
        if (parent_cells > 1)
            result.push_back(static_cast<uint32_t>(value >> 32));
        result.push_back(static_cast<uint32_t>(value));
        return result;
    }
    return {};
}

} // namespace

std::optional<uint64_t> cpu_address(const Node& node, const std::vector<uint32_t>& address) {
    if (!node.parent)
        return {};
    std::vector<uint32_t> current = address;
    for (const Node* bus = node.parent; bus->parent; bus = bus->parent) {
        // What lies below a PCI host has configuration-space addresses.
        auto next = up(*bus, current);
        if (!next)
            return {};
        current = *next;
    }
    if (current.empty() || current.size() > 2)
        return {};
    return take(current, 0, static_cast<unsigned>(current.size()), false).value;
}

std::vector<Register> registers_of(const Node& node) {
    std::vector<Register> result;
    if (!node.parent || is_pci(*node.parent))
        return result;
    unsigned address_cells = node.parent->address_cells();
    unsigned size_cells = node.parent->size_cells();
    if (address_cells == 0 || address_cells > max_cells || size_cells == 0 || size_cells > 2)
        return result;
    auto reg = node.cells("reg");
    auto names = node.strings("reg-names");
    size_t entry = address_cells + size_cells;
    for (size_t i = 0; (i + 1) * entry <= reg.size(); i++) {
        auto start = reg.begin() + static_cast<long>(i * entry);
        uint64_t size = take(reg, i * entry + address_cells, size_cells, false).value;
        auto address = cpu_address(node, {start, start + address_cells});
        if (address && size != 0)
            result.push_back({make_range(*address, size), i < names.size() ? names[i] : "",
                              static_cast<unsigned>(i)});
    }
    return result;
}

} // namespace brig::board
