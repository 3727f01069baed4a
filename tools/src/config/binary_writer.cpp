// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "the structures are stored as they are");

namespace brig::config {

namespace {

template <typename T>
void append(Bytes& out, const T& value) {
    size_t end = out.size();
    out.resize(end + sizeof(T));
    std::memcpy(out.data() + end, &value, sizeof(T));
}

brig_console raw(const Console& console) {
    brig_console result{};
    result.address = console.address;
    result.size = console.size;
    result.type = console.type;
    result.flags = console.flags;
    result.divider = console.divider;
    result.gate_nr = console.gate_nr;
    result.clock_reg = console.clock_reg;
    return result;
}

brig_memory_region raw(const MemoryRegion& region) {
    brig_memory_region result{};
    result.phys_start = region.phys;
    result.virt_start = region.virt;
    result.size = region.size;
    result.flags = region.flags;
    return result;
}

brig_irqchip raw(const Irqchip& chip) {
    brig_irqchip result{};
    result.address = chip.address;
    result.id = chip.id;
    result.pin_base = chip.pin_base;
    for (size_t word = 0; word < chip.pin_bitmap.size(); word++)
        result.pin_bitmap[word] = chip.pin_bitmap[word];
    return result;
}

brig_iommu_unit raw(const IommuUnit& unit) {
    brig_iommu_unit result{};
    result.type = unit.type;
    result.base = unit.base;
    result.size = unit.size;
    result.tlb_base = unit.tlb_base;
    result.tlb_size = unit.tlb_size;
    return result;
}

template <typename T>
uint32_t count(const std::vector<T>& items) {
    return static_cast<uint32_t>(items.size());
}

brig_cell_desc descriptor(const Cell& cell) {
    brig_cell_desc desc{};
    std::memcpy(desc.name, cell.name.data(), std::min<size_t>(cell.name.size(), 31));
    desc.id = cell.id;
    desc.flags = cell.flags;
    desc.cpu_set_size = count(cell.cpu_set);
    desc.num_memory_regions = count(cell.regions);
    desc.num_cache_regions = count(cell.cache_regions);
    desc.num_irqchips = count(cell.irqchips);
    desc.num_pio_regions = count(cell.pio_regions);
    desc.num_pci_devices = count(cell.pci_devices);
    desc.num_pci_caps = count(cell.pci_caps);
    desc.num_stream_ids = count(cell.stream_ids);
    desc.vpci_irq_base = cell.vpci_irq_base;
    desc.cpu_reset_address = cell.cpu_reset_address;
    desc.msg_reply_timeout = cell.msg_reply_timeout;
    desc.console = raw(cell.console);
    return desc;
}

void append_arrays(Bytes& out, const Cell& cell) {
    out.insert(out.end(), cell.cpu_set.begin(), cell.cpu_set.end());
    for (const auto& region : cell.regions)
        append(out, raw(region));
    for (const auto& region : cell.cache_regions)
        append(out, region);
    for (const auto& chip : cell.irqchips)
        append(out, raw(chip));
    for (const auto& region : cell.pio_regions)
        append(out, region);
    for (const auto& device : cell.pci_devices)
        append(out, device);
    for (const auto& cap : cell.pci_caps)
        append(out, cap);
    for (uint32_t id : cell.stream_ids)
        append(out, id);
}

} // namespace

Bytes write_cell(const Cell& cell) {
    brig_cell_desc desc = descriptor(cell);
    std::memcpy(desc.signature, BRIG_CELL_SIGNATURE, BRIG_SIGNATURE_SIZE);
    desc.architecture = cell.architecture;
    desc.revision = cell.revision;
    Bytes out;
    append(out, desc);
    append_arrays(out, cell);
    return out;
}

Bytes write_system(const System& system) {
    brig_system_config header{};
    std::memcpy(header.signature, BRIG_SYSTEM_SIGNATURE, BRIG_SIGNATURE_SIZE);
    header.architecture = system.architecture;
    header.revision = system.revision;
    header.flags = system.flags;
    header.hypervisor_memory = raw(system.hypervisor_memory);
    header.debug_console = raw(system.debug_console);
    header.pci_mmconfig_base = system.pci_mmconfig_base;
    header.pci_mmconfig_end_bus = system.pci_mmconfig_end_bus;
    header.pci_is_virtual = system.pci_is_virtual;
    header.pci_domain = system.pci_domain;
    for (size_t i = 0; i < system.iommu_units.size(); i++)
        header.iommu_units[i] = raw(system.iommu_units[i]);
    header.arm.maintenance_irq = system.maintenance_irq;
    header.arm.gic_version = system.gic_version;
    header.arm.gicd_base = system.gicd_base;
    header.arm.gicc_base = system.gicc_base;
    header.arm.gich_base = system.gich_base;
    header.arm.gicv_base = system.gicv_base;
    header.arm.gicr_base = system.gicr_base;
    header.root_cell = descriptor(system.root);
    Bytes out;
    append(out, header);
    append_arrays(out, system.root);
    return out;
}

} // namespace brig::config
