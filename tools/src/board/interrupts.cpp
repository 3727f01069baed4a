// SPDX-License-Identifier: Apache-2.0
// From a device's interrupt specifiers to INTIDs: through interrupt-parent, nexus nodes
// (interrupt-map) and controllers that hand each line on to the GIC.
#include "board/device.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace brig::board {

namespace {

constexpr std::array<std::string_view, 17> gics = {"arm,gic-v3",
                                                   "arm,gic-400",
                                                   "arm,cortex-a15-gic",
                                                   "arm,cortex-a9-gic",
                                                   "arm,cortex-a7-gic",
                                                   "arm,eb11mp-gic",
                                                   "arm,pl390",
                                                   "arm,tc11mp-gic",
                                                   "nvidia,tegra210-agic",
                                                   "qcom,msm-8660-qgic",
                                                   "qcom,msm-qgic2",
                                                   "brcm,brahma-b15-gic",
                                                   "arm,arm1176jzf-devchip-gic",
                                                   "arm,arm11mp-gic",
                                                   "arm,gic-v4",
                                                   "qcom,msm8996-gic-v3",
                                                   "marvell,armada-370-gic"};

// Wake-up and polarity units in front of the GIC. Their bindings say that a device's specifier is
// the GIC's (interrupt-controller/{fsl,imx-gpc*,nvidia,tegra20-ictlr,mediatek,sysirq}).
constexpr std::array<std::string_view, 6> transparent = {
    "fsl,imx8mq-gpc",        "fsl,imx-gpcv2",          "nvidia,tegra20-ictlr",
    "nvidia,tegra210-ictlr", "mediatek,mt6577-sysirq", "fsl,imx7d-gpc"};

constexpr unsigned max_steps = 32; // cyclic trees end here

struct Specifier {
    const Node* controller = nullptr;
    std::vector<uint32_t> unit; // unit address, for interrupt-map
    std::vector<uint32_t> cells;
};

// The interrupt parent of a node, as Linux finds it: the next node upwards or aside that has
// #interrupt-cells.
const Node* interrupt_parent(const Tree& tree, const Node& node) {
    const Node* at = &node;
    for (unsigned step = 0; at && step < max_steps * 4; step++) {
        auto phandle = at->cell("interrupt-parent");
        at = phandle ? tree.by_phandle(*phandle) : at->parent;
        if (at && at->has("#interrupt-cells"))
            return at;
    }
    return nullptr;
}

std::optional<Interrupt> gic_interrupt(const std::vector<uint32_t>& cells) {
    // <type number flags>; types and flags are those of the binding arm,gic and arm,gic-v3.
    if (cells.size() < 3)
        return {};
    struct Kind {
        uint32_t base;
        uint32_t count;
    };
    static constexpr Kind kinds[] = {{32, 988}, {16, 16}, {4096, 1024}, {1056, 64}};
    if (cells[0] >= std::size(kinds) || cells[1] >= kinds[cells[0]].count)
        return {};
    return Interrupt{kinds[cells[0]].base + cells[1], "", (cells[2] & 0xc) != 0};
}

// Matches a specifier in the interrupt-map of a nexus.
std::optional<Specifier> through_map(const Tree& tree, const Node& nexus, const Specifier& from) {
    auto map = nexus.cells("interrupt-map");
    auto mask = nexus.cells("interrupt-map-mask");
    size_t unit = nexus.address_cells();
    size_t lines = nexus.cell("#interrupt-cells").value_or(0);
    if (unit > 4 || lines == 0 || lines > 4)
        return {};
    std::vector<uint32_t> key = from.unit;
    key.resize(unit);
    key.insert(key.end(), from.cells.begin(), from.cells.end());
    if (key.size() != unit + lines)
        return {};
    for (size_t at = 0; at + unit + lines + 1 <= map.size();) {
        const Node* parent = tree.by_phandle(map[at + unit + lines]);
        if (!parent)
            return {};
        // Without #address-cells an interrupt controller has no unit address here.
        size_t parent_unit = parent->cell("#address-cells").value_or(0);
        size_t parent_cells = parent->cell("#interrupt-cells").value_or(0);
        if (parent_unit > 4 || parent_cells == 0 || parent_cells > 16)
            return {};
        size_t begin = at + unit + lines + 1 + parent_unit;
        size_t end = begin + parent_cells;
        if (end > map.size())
            return {};
        bool same = true;
        for (size_t i = 0; i < key.size(); i++) {
            uint32_t bits = i < mask.size() ? mask[i] : ~0u;
            same = same && ((key[i] ^ map[at + i]) & bits) == 0;
        }
        if (same) {
            auto first = map.begin();
            return Specifier{
                parent,
                {first + static_cast<long>(begin - parent_unit), first + static_cast<long>(begin)},
                {first + static_cast<long>(begin), first + static_cast<long>(end)}};
        }
        at = end;
    }
    return {};
}

// qcom,pdc-ranges = <pin SPI count>: which lines of the wake-up controller are the GIC's.
std::optional<Interrupt> through_pdc(const Node& pdc, const std::vector<uint32_t>& cells) {
    if (cells.size() < 2)
        return {};
    auto ranges = pdc.cells("qcom,pdc-ranges");
    for (size_t at = 0; at + 3 <= ranges.size(); at += 3)
        if (cells[0] >= ranges[at] && cells[0] - ranges[at] < ranges[at + 2])
            return gic_interrupt({0, ranges[at + 1] + (cells[0] - ranges[at]), cells[1]});
    return {};
}

std::optional<Interrupt> resolve(const Tree& tree, Specifier specifier) {
    for (unsigned step = 0; step < max_steps && specifier.controller; step++) {
        const Node& controller = *specifier.controller;
        if (is_gic(controller))
            return gic_interrupt(specifier.cells);
        if (controller.compatible("qcom,pdc"))
            return through_pdc(controller, specifier.cells);
        if (controller.has("interrupt-map")) {
            auto next = through_map(tree, controller, specifier);
            if (!next)
                return {};
            specifier = *next;
        } else if (controller.compatible_with(transparent)) {
            specifier.controller = interrupt_parent(tree, controller);
        } else {
            return {};
        }
    }
    return {};
}

std::vector<Specifier> specifiers(const Tree& tree, const Node& node) {
    std::vector<Specifier> result;
    std::vector<uint32_t> unit = node.cells("reg");
    unit.resize(std::min<size_t>(unit.size(), node.parent ? node.parent->address_cells() : 0));
    auto extended = node.cells("interrupts-extended");
    for (size_t at = 0; at < extended.size();) {
        const Node* controller = tree.by_phandle(extended[at++]);
        if (!controller) {
            result.push_back({}); // its length is unknown, so nothing behind it can be read
            break;
        }
        size_t count = controller->cell("#interrupt-cells").value_or(0);
        if (count > extended.size() - at)
            break;
        auto first = extended.begin() + static_cast<long>(at);
        result.push_back({controller, unit, {first, first + static_cast<long>(count)}});
        at += count;
    }
    auto plain = node.cells("interrupts");
    if (!extended.empty() || plain.empty())
        return result;
    const Node* controller = interrupt_parent(tree, node);
    size_t count = controller ? controller->cell("#interrupt-cells").value_or(0) : 0;
    if (count == 0) {
        result.push_back({});
        return result;
    }
    for (size_t at = 0; at + count <= plain.size(); at += count) {
        auto first = plain.begin() + static_cast<long>(at);
        result.push_back({controller, unit, {first, first + static_cast<long>(count)}});
    }
    return result;
}

// The lines that a PCI host brings for the devices behind it: all targets of its interrupt-map.
void add_map_targets(const Tree& tree, const Node& node, InterruptLines& lines) {
    auto map = node.cells("interrupt-map");
    size_t unit = node.address_cells();
    size_t own = node.cell("#interrupt-cells").value_or(0);
    if (map.empty() || unit > 4 || own == 0 || own > 4 || node.text("device_type") != "pci")
        return;
    for (size_t at = 0; at + unit + own + 1 <= map.size();) {
        const Node* parent = tree.by_phandle(map[at + unit + own]);
        size_t parent_unit = parent ? parent->cell("#address-cells").value_or(0) : 0;
        size_t count = parent ? parent->cell("#interrupt-cells").value_or(0) : 0;
        size_t begin = at + unit + own + 1 + parent_unit;
        if (count == 0 || parent_unit > 4 || count > 16 || begin + count > map.size())
            return;
        auto first = map.begin() + static_cast<long>(begin);
        auto line = resolve(tree, {parent, {}, {first, first + static_cast<long>(count)}});
        auto known = [&line](const Interrupt& other) { return other.intid == line->intid; };
        if (!line)
            lines.foreign++;
        else if (std::none_of(lines.interrupts.begin(), lines.interrupts.end(), known))
            lines.interrupts.push_back({line->intid, "intx", line->level});
        at = begin + count;
    }
}

} // namespace

bool is_gic(const Node& node) {
    return node.compatible_with(gics) != nullptr;
}

InterruptLines interrupts_of(const Tree& tree, const Node& node) {
    InterruptLines lines;
    auto names = node.strings("interrupt-names");
    size_t index = 0;
    for (const auto& specifier : specifiers(tree, node)) {
        auto line = resolve(tree, specifier);
        if (line) {
            line->name = index < names.size() ? names[index] : "";
            lines.interrupts.push_back(*line);
        } else {
            lines.foreign++;
        }
        index++;
    }
    add_map_targets(tree, node, lines);
    return lines;
}

} // namespace brig::board
