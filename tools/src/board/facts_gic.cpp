// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"

#include <algorithm>

namespace brig::board {

namespace {

bool is_version_3(const Node& node) {
    return node.compatible("arm,gic-v3") || node.compatible("qcom,msm8996-gic-v3");
}

std::optional<Range> entry(const std::vector<Register>& registers, size_t index) {
    for (const auto& part : registers)
        if (part.index == index)
            return part.range;
    return {};
}

// A GIC-400 on a bus that ignores address bits 12 to 15 shows each of its 4 KiB pages sixteen times
// in 64 KiB, so GICC and GICV take 128 KiB for two pages. The last copy of the first page and the
// first copy of the second one are neighbours: a usable pair at +0xf000 (as Linux does it, and
// SBSA level 1 asks for).
constexpr uint64_t aliased_size = 0x20000;
constexpr uint64_t aliased_pair = 0xf000;

void resolve_aliases(std::optional<Range>& frame, bool& aliased) {
    if (!frame || frame->size() != aliased_size)
        return;
    aliased = true;
    frame = make_range(frame->first + aliased_pair, 0x2000);
}

const Node* find_gic(const Tree& tree) {
    for (const auto& node : tree.nodes())
        if (is_gic(*node) && node->enabled() && !registers_of(*node).empty() &&
            // The audio GIC of Tegra is behind the CPUs' one.
            !node->compatible("nvidia,tegra210-agic"))
            return node.get();
    return nullptr;
}

} // namespace

std::optional<Gic> read_gic(const Tree& tree) {
    const Node* node = find_gic(tree);
    if (!node)
        return {};
    Gic gic;
    gic.node = node;
    gic.version = is_version_3(*node) ? 3 : 2;
    auto registers = registers_of(*node);
    gic.gicd = entry(registers, 0);
    size_t next = 1; // behind GICD and redistributors, version 3 has the registers of version 2
    if (gic.version == 3) {
        uint32_t regions = node->cell("#redistributor-regions").value_or(1);
        for (; next <= std::min<uint32_t>(regions, 64); next++)
            if (auto region = entry(registers, next))
                gic.gicr.push_back(*region);
    }
    for (uint32_t cell : node->cells("redistributor-stride"))
        gic.gicr_stride = gic.gicr_stride << 32 | cell;
    gic.gicc = entry(registers, next);
    gic.gich = entry(registers, next + 1);
    gic.gicv = entry(registers, next + 2);
    resolve_aliases(gic.gicc, gic.aliased);
    resolve_aliases(gic.gicv, gic.aliased);
    auto lines = interrupts_of(tree, *node).interrupts;
    if (!lines.empty() && lines[0].intid >= 16 && lines[0].intid < 32)
        gic.maintenance_irq = lines[0].intid;
    for (const Node* child : node->children) {
        if (child->compatible("arm,gic-v3-its") && child->enabled())
            gic.its.push_back(child);
    }
    return gic;
}

} // namespace brig::board
