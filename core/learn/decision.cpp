// SPDX-License-Identifier: Apache-2.0
#include "learn/decision.hpp"

#include "gic/irqchip.hpp"
#include "mem/stage2.hpp"
#include "system.hpp"

namespace brig::learn {

namespace {

bool is_comm(const brig_memory_region& region) {
    return (region.flags & BRIG_MEM_COMM_REGION) != 0;
}

/// Also what a cell shares with the root: its configuration has to say so, not an accident.
bool is_other_cells(Range page) {
    for (const Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        for (const auto& region : cell->config.regions())
            if (!is_comm(region) && host_range(region).overlaps(page))
                return true;
    return false;
}

bool is_iommu(Range page) {
    for (const brig_iommu_unit& unit : sys.config->iommu_units)
        if (page.overlaps({unit.base, unit.size}) || page.overlaps({unit.tlb_base, unit.tlb_size}))
            return true;
    return false;
}

Range pci_configuration() {
    constexpr uint64_t bus_size = 1 << 20;
    const uint64_t base = sys.config->pci_mmconfig_base;
    return {base, base == 0 ? 0 : (sys.config->pci_mmconfig_end_bus + uint64_t{1}) * bus_size};
}

} // namespace

bool is_translation_fault(uint64_t esr) {
    return field(esr, 5, 2) == 1; // xFSC 0b0001LL (Arm ARM D24.2.40)
}

const char* obstacle(uint64_t page) {
    const Range range{page, kPageSize};
    if (range.overlaps(sys.memory))
        return "hypervisor memory";
    if (irqchip::overlaps(range))
        return "the interrupt controller";
    if (range.overlaps(pci_configuration()))
        return "the PCI configuration space that the hypervisor guards";
    if (is_iommu(range))
        return "an IOMMU of the hypervisor";
    if (is_other_cells(range))
        return "another cell's";
    return nullptr;
}

bool is_listed(uint64_t page) {
    for (const auto& region : sys.root.config.regions())
        if (is_mapped(region) && !is_comm(region) && host_range(region).contains(page))
            return true;
    return false;
}

} // namespace brig::learn
