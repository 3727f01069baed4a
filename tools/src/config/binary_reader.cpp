// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"
#include "config/names.hpp"
#include "util/error.hpp"

#include <cstring>

namespace brig::config {

namespace {

// Hands out consecutive parts of a file. Its end was checked against all counts beforehand.
class Cursor {
public:
    Cursor(const Bytes& content, size_t offset) : content_(content), offset_(offset) {}

    template <typename T>
    T take() {
        T value;
        std::memcpy(&value, content_.data() + offset_, sizeof(T));
        offset_ += sizeof(T);
        return value;
    }

private:
    const Bytes& content_;
    size_t offset_;
};

Console cooked(const brig_console& raw) {
    return {raw.address, raw.size, raw.type, raw.flags, raw.divider, raw.gate_nr, raw.clock_reg};
}

MemoryRegion cooked(const brig_memory_region& raw, std::string where) {
    return {std::move(where), raw.phys_start, raw.virt_start, raw.size, raw.flags};
}

Irqchip cooked(const brig_irqchip& raw, std::string where) {
    Irqchip chip{std::move(where), raw.address, raw.id, raw.pin_base, {}};
    for (size_t word = 0; word < chip.pin_bitmap.size(); word++)
        chip.pin_bitmap[word] = raw.pin_bitmap[word];
    return chip;
}

void check_header(uint8_t architecture, uint16_t revision, const std::string& name) {
    if (revision != BRIG_CONFIG_REVISION)
        fail("Configuration file revision mismatch: {}: it has revision {}, revision {} is needed; "
             "compile it again",
             name, revision, BRIG_CONFIG_REVISION);
    if (architecture != BRIG_CONFIG_ARCH_ARM64)
        fail("Configuration has unsupported architecture: {}: it is for {}, only arm64 is "
             "supported",
             name, architecture_text(architecture));
}

// `arrays` is the file offset of the arrays that belong to `desc`.
Cell cooked_cell(const brig_cell_desc& desc, const Bytes& content, size_t arrays,
                 const std::string& name) {
    uint64_t needed = arrays + arrays_size(desc);
    if (needed > content.size())
        fail("reading {}: its counts ask for {} bytes, but the file has {}: it is truncated or "
             "damaged",
             name, needed, content.size());

    Cell cell;
    cell.where = name;
    cell.name.assign(desc.name, strnlen(desc.name, sizeof(desc.name)));
    cell.architecture = desc.architecture;
    cell.revision = desc.revision;
    cell.id = desc.id;
    cell.flags = desc.flags;
    cell.vpci_irq_base = desc.vpci_irq_base;
    cell.cpu_reset_address = desc.cpu_reset_address;
    cell.msg_reply_timeout = desc.msg_reply_timeout;
    cell.console = cooked(desc.console);

    auto first = content.begin() + static_cast<ptrdiff_t>(arrays);
    cell.cpu_set.assign(first, first + desc.cpu_set_size);
    Cursor cursor(content, arrays + desc.cpu_set_size);
    for (uint32_t i = 0; i < desc.num_memory_regions; i++)
        cell.regions.push_back(cooked(cursor.take<brig_memory_region>(),
                                      fmt::format("{}: memory region {}", name, i)));
    for (uint32_t i = 0; i < desc.num_cache_regions; i++)
        cell.cache_regions.push_back(cursor.take<brig_cache_region>());
    for (uint32_t i = 0; i < desc.num_irqchips; i++)
        cell.irqchips.push_back(
            cooked(cursor.take<brig_irqchip>(), fmt::format("{}: irqchip {}", name, i)));
    for (uint32_t i = 0; i < desc.num_pio_regions; i++)
        cell.pio_regions.push_back(cursor.take<brig_pio_region>());
    for (uint32_t i = 0; i < desc.num_pci_devices; i++)
        cell.pci_devices.push_back(cursor.take<brig_pci_device>());
    for (uint32_t i = 0; i < desc.num_pci_caps; i++)
        cell.pci_caps.push_back(cursor.take<brig_pci_capability>());
    for (uint32_t i = 0; i < desc.num_stream_ids; i++)
        cell.stream_ids.push_back(cursor.take<uint32_t>());
    return cell;
}

bool has_signature(const Bytes& content, const char* signature) {
    return content.size() >= BRIG_SIGNATURE_SIZE &&
           std::memcmp(content.data(), signature, BRIG_SIGNATURE_SIZE) == 0;
}

template <typename T>
T header_of(const Bytes& content, const std::string& name) {
    if (content.size() < sizeof(T))
        fail("reading {}: the file has {} bytes, its header alone has {}: it is truncated", name,
             content.size(), sizeof(T));
    return Cursor(content, 0).take<T>();
}

// Revisions before 14 had a sixth letter instead of the architecture byte.
void refuse_old_file(const Bytes& content, const std::string& name) {
    bool old = content.size() >= 8 && (std::memcmp(content.data(), "JHSYST", 6) == 0 ||
                                       std::memcmp(content.data(), "JHCELL", 6) == 0);
    if (old)
        fail("Configuration file revision mismatch: {}: it has revision {}, revision {} is needed; "
             "compile it again",
             name, content[6] | content[7] << 8, BRIG_CONFIG_REVISION);
}

} // namespace

uint64_t arrays_size(const brig_cell_desc& desc) {
    return uint64_t{desc.cpu_set_size} +
           uint64_t{desc.num_memory_regions} * sizeof(brig_memory_region) +
           uint64_t{desc.num_cache_regions} * sizeof(brig_cache_region) +
           uint64_t{desc.num_irqchips} * sizeof(brig_irqchip) +
           uint64_t{desc.num_pio_regions} * sizeof(brig_pio_region) +
           uint64_t{desc.num_pci_devices} * sizeof(brig_pci_device) +
           uint64_t{desc.num_pci_caps} * sizeof(brig_pci_capability) +
           uint64_t{desc.num_stream_ids} * sizeof(uint32_t);
}

uint64_t needed_size(const Bytes& system_file) {
    if (system_file.size() < sizeof(brig_system_config))
        return sizeof(brig_system_config);
    auto header = Cursor(system_file, 0).take<brig_system_config>();
    return sizeof(header) + arrays_size(header.root_cell);
}

System parse_system(const Bytes& content, const std::string& name) {
    refuse_old_file(content, name);
    if (!has_signature(content, BRIG_SYSTEM_SIGNATURE))
        fail("Not a root cell configuration: {}: the signature {} is missing", name,
             BRIG_SYSTEM_SIGNATURE);
    auto header = header_of<brig_system_config>(content, name);
    check_header(header.architecture, header.revision, name);

    System system;
    system.where = name;
    system.hypervisor_where = name + ": hypervisor memory";
    system.architecture = header.architecture;
    system.revision = header.revision;
    system.flags = header.flags;
    system.hypervisor_memory = cooked(header.hypervisor_memory, system.hypervisor_where);
    system.debug_console = cooked(header.debug_console);
    system.pci_mmconfig_base = header.pci_mmconfig_base;
    system.pci_mmconfig_end_bus = header.pci_mmconfig_end_bus;
    system.pci_is_virtual = header.pci_is_virtual;
    system.pci_domain = header.pci_domain;
    for (size_t i = 0; i < system.iommu_units.size(); i++) {
        const brig_iommu_unit& raw = header.iommu_units[i];
        system.iommu_units[i] = {fmt::format("{}: IOMMU unit {}", name, i),
                                 raw.type,
                                 raw.base,
                                 raw.size,
                                 raw.tlb_base,
                                 raw.tlb_size};
    }
    system.maintenance_irq = header.arm.maintenance_irq;
    system.gic_version = header.arm.gic_version;
    system.gicd_base = header.arm.gicd_base;
    system.gicc_base = header.arm.gicc_base;
    system.gich_base = header.arm.gich_base;
    system.gicv_base = header.arm.gicv_base;
    system.gicr_base = header.arm.gicr_base;
    system.root = cooked_cell(header.root_cell, content, sizeof(header), name);
    return system;
}

Cell parse_cell(const Bytes& content, const std::string& name) {
    refuse_old_file(content, name);
    if (!has_signature(content, BRIG_CELL_SIGNATURE))
        fail("Not a cell configuration: {}: the signature {} is missing", name,
             BRIG_CELL_SIGNATURE);
    auto desc = header_of<brig_cell_desc>(content, name);
    check_header(desc.architecture, desc.revision, name);
    return cooked_cell(desc, content, sizeof(desc), name);
}

ParsedFile parse_file(const Bytes& content, const std::string& name) {
    refuse_old_file(content, name);
    if (has_signature(content, BRIG_SYSTEM_SIGNATURE))
        return parse_system(content, name);
    if (has_signature(content, BRIG_CELL_SIGNATURE))
        return parse_cell(content, name);
    fail("reading {}: it is no configuration file: it starts neither with {} (system) nor with {} "
         "(cell)",
         name, BRIG_SYSTEM_SIGNATURE, BRIG_CELL_SIGNATURE);
}

} // namespace brig::config
