// SPDX-License-Identifier: Apache-2.0
// What only works because accesses trap, and what a cell needs at its start.
#include "config/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

std::vector<Trapped> trapped_blocks(const System& system) {
    std::vector<Trapped> blocks;
    auto gic = [&blocks](std::string name, uint64_t start, uint64_t size) {
        if (start)
            blocks.push_back({Test::ArchInterception, std::move(name), start, size});
    };
    if (system.gic_version == 2) {
        gic("the distributor (GICD)", system.gicd_base, 0x1000);
        gic("the CPU interface (GICC)", system.gicc_base, 0x2000);
        gic("the hypervisor interface (GICH)", system.gich_base, 0x2000);
        gic("the virtual CPU interface (GICV)", system.gicv_base, 0x2000);
    } else {
        gic("the distributor (GICD)", system.gicd_base, 0x10000);
        gic("the redistributors (GICR)", system.gicr_base,
            uint64_t{0x20000} * std::max<size_t>(1, system.root.cpus().size()));
    }
    if (system.pci_mmconfig_base)
        blocks.push_back({Test::PciInterception, "the PCI configuration space (ECAM)",
                          system.pci_mmconfig_base,
                          (uint64_t{system.pci_mmconfig_end_bus} + 1) << 20});
    for (const auto& unit : system.iommu_units) {
        if (unit.base == 0)
            break;
        if (unit.size)
            blocks.push_back({Test::IommuInterception, fmt::format("the IOMMU of {}", unit.where),
                              unit.base, unit.size});
    }
    return blocks;
}

namespace {

void check_block(Report& report, const Trapped& block, const MemoryRegion& region) {
    Range range = make_range(block.start, block.size);
    bool phys = region.has_phys() && region.phys_range().overlaps(range);
    // Guests reach interrupt controller and ECAM at their own addresses, IOMMUs not at all.
    bool virt = block.test != Test::IommuInterception && region.virt_range().overlaps(range);
    if (phys)
        report.error(block.test,
                     fmt::format("{}: {}: {} covers {} at {}: accesses there must reach the "
                                 "hypervisor; leave a hole",
                                 region.where, report.words.phys, region.phys_range().text(),
                                 block.name, range.text()),
                     {region});
    else if (virt)
        report.error(block.test,
                     fmt::format("{}: {}: {} hides {} at {} from the cell; choose another guest "
                                 "address",
                                 region.where, report.words.virt, region.virt_range().text(),
                                 block.name, range.text()),
                     {region});
}

void check_reset_address(Report& report, const Cell& cell) {
    if (cell.cpus().empty())
        return;
    const MemoryRegion* found = nullptr;
    for (const auto& region : cell.regions)
        if (region.size &&
            region.virt_range().contains({cell.cpu_reset_address, cell.cpu_reset_address}))
            found = &region;
    if (!found)
        report.error(Test::ResetAddress,
                     fmt::format("{}: {}: no region of the cell contains {:#x}, where its first "
                                 "CPU starts",
                                 cell.where, report.words.reset_address, cell.cpu_reset_address));
    else if (!found->is(BRIG_MEM_EXECUTE))
        report.error(Test::ResetAddress,
                     fmt::format("{}: {}: {:#x} is in {}, which is not executable (flag `execute`)",
                                 cell.where, report.words.reset_address, cell.cpu_reset_address,
                                 found->where),
                     {*found});
}

void check_console(Report& report, const Cell& cell) {
    const Console& console = cell.console;
    if (console.type == BRIG_CONSOLE_NONE || !(console.flags & BRIG_CON_MMIO) || !console.size)
        return;
    auto reachable = [&cell](const Range& window) {
        return std::any_of(cell.regions.begin(), cell.regions.end(), [&](const auto& region) {
            return region.size && region.is(BRIG_MEM_WRITE) && region.virt_range().contains(window);
        });
    };
    Range window = make_range(console.address, console.size);
    if (!reachable(window))
        report.warning(Test::ConsoleWindow,
                       fmt::format("{}: {}: no writable region of the cell contains its registers "
                                   "{}: the cell's first output would be a forbidden access, "
                                   "unless its program uses another console",
                                   cell.where, report.words.console, window.text()));
    Range gate = make_range(console.clock_reg, 4);
    if (console.clock_reg && !reachable(gate))
        report.warning(Test::ConsoleWindow,
                       fmt::format("{}: {}: no writable region of the cell contains its clock gate "
                                   "{}: to open it would be a forbidden access",
                                   cell.where, report.words.console, gate.text()));
}

} // namespace

void check_interceptions(Report& report) {
    for (const auto& block : trapped_blocks(report.configuration.system))
        for (const Cell* cell : all_cells(report.configuration))
            for (const auto& region : cell->regions)
                if (region.size)
                    check_block(report, block, region);
}

void check_start(Report& report) {
    for (const auto& cell : report.configuration.cells) {
        check_reset_address(report, cell);
        check_console(report, cell);
    }
}

} // namespace brig::config
