// SPDX-License-Identifier: Apache-2.0
#include "config/dump.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::config {

namespace {

using Out = std::string;

template <typename... Args>
void line(Out& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
    out += '\n';
}

void dump_console(Out& out, const Console& con, std::string_view indent) {
    line(out, "{}type          {}", indent, console_type_text(con.type));
    line(out, "{}address       {:#x}", indent, con.address);
    line(out, "{}size          {:#x}", indent, con.size);
    line(out, "{}flags         {:#06x}: {}", indent, con.flags,
         flags_text(con.flags, console_flags()));
    line(out, "{}divider       {}{}", indent, con.divider,
         con.divider ? "" : " (the UART is not initialised)");
    line(out, "{}clock gate    {:#x} bit {}{}", indent, con.clock_reg, con.gate_nr,
         con.clock_reg ? "" : " (none)");
}

void dump_devices(Out& out, const Cell& cell) {
    line(out, "PCI devices: {}", cell.pci_devices.size());
    for (const auto& dev : cell.pci_devices) {
        unsigned bdf = dev.bdf;
        line(out, "  {:04x}:{:02x}:{:02x}.{} type {} iommu {}", unsigned{dev.domain}, bdf >> 8,
             bdf >> 3 & 0x1f, bdf & 7, unsigned{dev.type}, unsigned{dev.iommu});
        std::string masks;
        for (unsigned bar = 0; bar < 6; bar++)
            masks += fmt::format(" {:#x}", uint32_t{dev.bar_mask[bar]});
        line(out, "    BAR masks{}", masks);
        line(out, "    capabilities {} from index {}", unsigned{dev.num_caps},
             unsigned{dev.caps_start});
        line(out, "    MSI {} vectors, bits {:#x}; MSI-X {} vectors at {:#x} size {:#x}",
             unsigned{dev.num_msi_vectors}, unsigned{dev.msi_bits}, unsigned{dev.num_msix_vectors},
             uint64_t{dev.msix_address}, unsigned{dev.msix_region_size});
        line(out, "    shared memory: region {}, peer {} of {}, protocol {:#x}",
             uint32_t{dev.shmem_regions_start}, unsigned{dev.shmem_dev_id},
             unsigned{dev.shmem_peers}, unsigned{dev.shmem_protocol});
    }
    line(out, "PCI capabilities: {}", cell.pci_caps.size());
    for (const auto& cap : cell.pci_caps)
        line(out, "  id {:#06x} start {:#x} length {} flags {:#x}", unsigned{cap.id},
             unsigned{cap.start}, unsigned{cap.len}, unsigned{cap.flags});
    line(out, "stream ids: {}", cell.stream_ids.size());
    for (uint32_t id : cell.stream_ids)
        line(out, "  {:#x}", id);
}

void dump_cell(Out& out, const Cell& cell) {
    line(out, "name            {}", printable(cell.name));
    line(out, "id              {}", cell.id);
    line(out, "flags           {:#010x}: {}", cell.flags, flags_text(cell.flags, cell_flags()));
    line(out, "CPUs            {} (bitmap of {} bytes)", list_text(cell.cpus()),
         cell.cpu_set.size());
    line(out, "reset address   {:#x}", cell.cpu_reset_address);
    line(out, "reply timeout   {}{}", cell.msg_reply_timeout,
         cell.msg_reply_timeout ? " polls" : " (waits for ever)");
    line(out, "virtual PCI     SPI {} (INTID {})", cell.vpci_irq_base,
         uint64_t{cell.vpci_irq_base} + 32);
    line(out, "console");
    dump_console(out, cell.console, "  ");

    line(out, "memory regions: {}", cell.regions.size());
    for (size_t i = 0; i < cell.regions.size(); i++) {
        const auto& region = cell.regions[i];
        line(out, "  {:2} host {:#014x} guest {:#014x} size {:#012x} flags {:#07x}: {}{}", i,
             region.phys, region.virt, region.size, region.flags,
             flags_text(region.flags, memory_flags()),
             region.size == 0    ? " (placeholder)"
             : region.sub_page() ? " (sub-page)"
                                 : "");
    }
    line(out, "irqchips: {} (INTIDs {})", cell.irqchips.size(), list_text(cell.interrupts()));
    for (const auto& chip : cell.irqchips)
        line(out, "  address {:#x} id {} pin base {} bitmap {:#010x} {:#010x} {:#010x} {:#010x}",
             chip.address, chip.id, chip.pin_base, chip.pin_bitmap[0], chip.pin_bitmap[1],
             chip.pin_bitmap[2], chip.pin_bitmap[3]);
    line(out, "cache regions: {}", cell.cache_regions.size());
    for (const auto& region : cell.cache_regions)
        line(out, "  start {:#x} size {:#x} type {} flags {:#x}", uint32_t{region.start},
             uint32_t{region.size}, unsigned{region.type}, unsigned{region.flags});
    line(out, "PIO regions: {}", cell.pio_regions.size());
    for (const auto& region : cell.pio_regions)
        line(out, "  base {:#x} length {:#x}", unsigned{region.base}, unsigned{region.length});
    dump_devices(out, cell);
}

void dump_system(Out& out, const System& system) {
    line(out, "system configuration, {}, revision {}, {} bytes",
         architecture_text(system.architecture), system.revision,
         sizeof(brig_system_config) - sizeof(brig_cell_desc) + system.root.file_size());
    line(out, "flags           {:#x}{}", system.flags,
         system.flags & BRIG_SYS_VIRTUAL_CONSOLE ? ": virtual-console" : "");
    line(out, "hypervisor      {:#x} size {:#x}", system.hypervisor_memory.phys,
         system.hypervisor_memory.size);
    line(out, "debug console");
    dump_console(out, system.debug_console, "  ");
    if (system.gic_version == 2)
        line(out, "GIC             version 2, GICD {:#x} GICC {:#x} GICH {:#x} GICV {:#x}",
             system.gicd_base, system.gicc_base, system.gich_base, system.gicv_base);
    else
        line(out,
             "GIC             version {}, GICD {:#x} GICR {:#x} (GICC {:#x} GICH {:#x} GICV {:#x})",
             system.gic_version, system.gicd_base, system.gicr_base, system.gicc_base,
             system.gich_base, system.gicv_base);
    line(out, "maintenance     INTID {}", system.maintenance_irq);
    line(out, "PCI             ECAM {:#x}, last bus {}, {}, domain {:#x}{}",
         system.pci_mmconfig_base, system.pci_mmconfig_end_bus,
         system.pci_is_virtual ? "virtual" : "physical", system.pci_domain,
         system.pci_mmconfig_base ? "" : " (none)");
    for (const auto& unit : system.iommu_units)
        if (unit.type || unit.base || unit.size)
            line(out, "IOMMU           {} at {:#x} size {:#x}, TLB at {:#x} size {:#x}",
                 iommu_type_text(unit.type), unit.base, unit.size, unit.tlb_base, unit.tlb_size);
    line(out, "\nroot cell");
    dump_cell(out, system.root);
}

} // namespace

std::string region_text(const MemoryRegion& region, const std::string& indent) {
    std::string flags;
    for (const auto& flag : memory_flags())
        if (region.flags & flag.mask)
            flags += fmt::format("{}JAILHOUSE_MEM_{}", flags.empty() ? "" : " | ", flag.reference);
    return fmt::format("{0}phys_start: {1:#018x}\n{0}virt_start: {2:#018x}\n"
                       "{0}size:       {3:#018x}\n{0}flags:      {4}\n",
                       indent, region.phys, region.virt, region.size, flags);
}

std::string dump_text(const ParsedFile& file) {
    Out out;
    if (const auto* system = std::get_if<System>(&file)) {
        dump_system(out, *system);
    } else {
        const Cell& cell = std::get<Cell>(file);
        line(out, "cell configuration, {}, revision {}, {} bytes",
             architecture_text(cell.architecture), cell.revision, cell.file_size());
        dump_cell(out, cell);
    }
    return out;
}

} // namespace brig::config
