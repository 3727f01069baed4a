// SPDX-License-Identifier: Apache-2.0
// The node `hypervisor`, and consoles.
#include "config/import_source.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

namespace brig::config {

void import_console(Source& source, const Console& console, const std::string& where) {
    if (console == Console{})
        return;
    std::string type = console_type_text(console.type);
    bool known = console_type(type).has_value();
    bool exists = console.type != BRIG_CONSOLE_NONE;
    uint32_t spoken = BRIG_CON_INVERTED_GATE | BRIG_CON_MDR_QUIRK | BRIG_CON_WRITE_MASKED_GATE |
                      (exists ? BRIG_CON_MMIO | BRIG_CON_REGDIST_4 : 0u);
    if (!known || (exists && !(console.flags & BRIG_CON_MMIO))) {
        source.lost(where, fmt::format("console of type {}, flags {:#x}, at {:#x}: on arm64 there "
                                       "is no such console, so it is left out",
                                       type, console.flags, console.address));
        return;
    }
    source.open("console");
    if (console.flags & ~spoken)
        source.lost(where, fmt::format("console flags {:#x}", console.flags & ~spoken));
    source.line(fmt::format("type = \"{}\";", type));
    if (exists || console.address || console.size)
        source.line(fmt::format("reg = {};", range_cells(console.address, console.size)));
    if (exists && !(console.flags & BRIG_CON_REGDIST_4))
        source.line("register-distance = <1>;");
    if (console.divider)
        source.line(fmt::format("divider = <{}>;", console.divider));
    if (console.clock_reg)
        source.line(fmt::format("clock-gate-register = <{}>;", address_cells(console.clock_reg)));
    if (console.gate_nr > 31)
        source.lost(where, fmt::format("clock gate bit {}", console.gate_nr));
    else if (console.gate_nr)
        source.line(fmt::format("clock-gate-bit = <{}>;", console.gate_nr));
    for (const auto& flag : console_flags())
        if (flag.mask >= BRIG_CON_INVERTED_GATE && (console.flags & flag.mask))
            source.line(std::string(flag.property) + ";");
    source.close();
}

namespace {

void import_gic(Source& source, const System& system) {
    source.open("gic");
    if (system.gic_version != 2 && system.gic_version != 3)
        source.lost(system.where, fmt::format("GIC version {} (2 and 3 are known; compiling "
                                              "refuses it)",
                                              system.gic_version));
    source.line(fmt::format("version = <{}>;", system.gic_version));
    source.line(fmt::format("gicd = <{}>;", address_cells(system.gicd_base)));
    auto address = [&](std::string_view name, uint64_t value, bool used) {
        if (used)
            source.line(fmt::format("{} = <{}>;", name, address_cells(value)));
        else if (value)
            source.note(system.where, fmt::format("{} {:#x} is left out: nobody looks at it with "
                                                  "GICv{}",
                                                  name, value, system.gic_version));
    };
    bool v2 = system.gic_version == 2;
    address("gicr", system.gicr_base, !v2);
    address("gicc", system.gicc_base, v2);
    address("gich", system.gich_base, v2);
    address("gicv", system.gicv_base, v2);
    source.line(fmt::format("maintenance-interrupt = <{}>;", system.maintenance_irq));
    source.comment("The files do not say how many interrupts this GIC has; 32 * "
                   "(GICD_TYPER.ITLinesNumber + 1) here makes the compiler refuse those that "
                   "do not exist: num-interrupts = <...>;");
    source.close();
}

void import_pci(Source& source, const System& system) {
    if (!system.pci_mmconfig_base) {
        if (system.pci_mmconfig_end_bus || system.pci_is_virtual || system.pci_domain)
            source.note(system.where, "the other fields of PCI are left out, since there is no "
                                      "configuration space");
        return;
    }
    source.open("pci");
    source.line(fmt::format("ecam = <{}>;", address_cells(system.pci_mmconfig_base)));
    source.line(fmt::format("end-bus = <{}>;", system.pci_mmconfig_end_bus));
    if (system.pci_is_virtual)
        source.line("virtual;");
    if (system.pci_is_virtual > 1)
        source.note(system.where,
                    fmt::format("pci_is_virtual is {}, 1 says the same", system.pci_is_virtual));
    if (system.pci_domain != (system.pci_is_virtual ? 0xffff : 0))
        source.line(fmt::format("domain = <{}>;", system.pci_domain));
    source.close();
}

void import_iommus(Source& source, const System& system) {
    bool ended = false;
    for (const auto& unit : system.iommu_units) {
        bool empty = !unit.type && !unit.base && !unit.size && !unit.tlb_base && !unit.tlb_size;
        ended |= unit.base == 0;
        if (empty)
            continue;
        std::string type = iommu_type_text(unit.type);
        if (!iommu_type(type) || ended) {
            source.lost(unit.where,
                        fmt::format("IOMMU of type {} at {:#x}, size {:#x}: {}, so it is left out",
                                    type, unit.base, unit.size,
                                    ended ? "a unit with address 0 ended the list before it"
                                          : "on arm64 there is no such unit"));
            continue;
        }
        std::vector<std::string> properties = {
            fmt::format("type = \"{}\"", type),
            fmt::format("reg = {}", range_cells(unit.base, unit.size))};
        if (unit.type == BRIG_IOMMU_PVU)
            properties.push_back(
                fmt::format("tlb = {}", range_cells(unit.tlb_base, unit.tlb_size)));
        else if (unit.tlb_base || unit.tlb_size)
            source.note(unit.where, "the TLB's address is left out: only a PVU has one");
        source.node(fmt::format("iommu@{:x}", unit.base), properties, "");
    }
}

} // namespace

void import_system(Source& source, const System& system) {
    const MemoryRegion& memory = system.hypervisor_memory;
    source.open("hypervisor");
    source.line(fmt::format("memory = {}; // {}", range_cells(memory.phys, memory.size),
                            size_text(memory.size)));
    if (memory.virt || memory.flags)
        source.note(memory.where, "guest address and flags are left out: nobody looks at them");
    if (system.flags & BRIG_SYS_VIRTUAL_CONSOLE)
        source.line("virtual-console;");
    if (system.flags & ~BRIG_SYS_VIRTUAL_CONSOLE)
        source.lost(system.where,
                    fmt::format("system flags {:#x}", system.flags & ~BRIG_SYS_VIRTUAL_CONSOLE));
    import_console(source, system.debug_console, system.where);
    import_gic(source, system);
    import_pci(source, system);
    import_iommus(source, system);
    source.close();
}

} // namespace brig::config
