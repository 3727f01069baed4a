// SPDX-License-Identifier: Apache-2.0
#include "config/dump.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <nlohmann/json.hpp>

namespace brig::config {

namespace {

using Json = nlohmann::ordered_json;

Json flag_words(uint64_t flags, std::span<const FlagName> names) {
    Json words = Json::array();
    for (const auto& name : names)
        if (flags & name.mask)
            words.push_back(std::string(name.property));
    return words;
}

Json console_json(const Console& con) {
    return {{"type", console_type_text(con.type)},
            {"address", con.address},
            {"size", con.size},
            {"flags", con.flags},
            {"flag_names", flag_words(con.flags, console_flags())},
            {"divider", con.divider},
            {"gate_nr", con.gate_nr},
            {"clock_reg", con.clock_reg}};
}

Json pci_json(const brig_pci_device& dev) {
    Json masks = Json::array();
    for (unsigned bar = 0; bar < 6; bar++)
        masks.push_back(uint32_t{dev.bar_mask[bar]});
    return {{"type", unsigned{dev.type}},
            {"iommu", unsigned{dev.iommu}},
            {"domain", unsigned{dev.domain}},
            {"bdf", unsigned{dev.bdf}},
            {"bar_mask", masks},
            {"caps_start", unsigned{dev.caps_start}},
            {"num_caps", unsigned{dev.num_caps}},
            {"num_msi_vectors", unsigned{dev.num_msi_vectors}},
            {"msi_64bits", (dev.msi_bits & 1) != 0},
            {"msi_maskable", (dev.msi_bits & 2) != 0},
            {"num_msix_vectors", unsigned{dev.num_msix_vectors}},
            {"msix_region_size", unsigned{dev.msix_region_size}},
            {"msix_address", uint64_t{dev.msix_address}},
            {"shmem_regions_start", uint32_t{dev.shmem_regions_start}},
            {"shmem_dev_id", unsigned{dev.shmem_dev_id}},
            {"shmem_peers", unsigned{dev.shmem_peers}},
            {"shmem_protocol", unsigned{dev.shmem_protocol}}};
}

Json regions_json(const Cell& cell) {
    Json regions = Json::array();
    for (const auto& region : cell.regions)
        regions.push_back({{"phys_start", region.phys},
                           {"virt_start", region.virt},
                           {"size", region.size},
                           {"flags", region.flags},
                           {"flag_names", flag_words(region.flags, memory_flags())},
                           {"sub_page", region.size != 0 && region.sub_page()}});
    return regions;
}

Json cell_json(const Cell& cell) {
    Json chips = Json::array();
    for (const auto& chip : cell.irqchips)
        chips.push_back({{"address", chip.address},
                         {"id", chip.id},
                         {"pin_base", chip.pin_base},
                         {"pin_bitmap", chip.pin_bitmap}});
    Json caches = Json::array();
    for (const auto& region : cell.cache_regions)
        caches.push_back({{"start", uint32_t{region.start}},
                          {"size", uint32_t{region.size}},
                          {"type", unsigned{region.type}},
                          {"flags", unsigned{region.flags}}});
    Json pios = Json::array();
    for (const auto& region : cell.pio_regions)
        pios.push_back({{"base", unsigned{region.base}}, {"length", unsigned{region.length}}});
    Json devices = Json::array();
    for (const auto& dev : cell.pci_devices)
        devices.push_back(pci_json(dev));
    Json caps = Json::array();
    for (const auto& cap : cell.pci_caps)
        caps.push_back({{"id", unsigned{cap.id}},
                        {"start", unsigned{cap.start}},
                        {"length", unsigned{cap.len}},
                        {"flags", unsigned{cap.flags}}});
    return {{"name", printable(cell.name)},
            {"id", cell.id},
            {"flags", cell.flags},
            {"flag_names", flag_words(cell.flags, cell_flags())},
            {"cpus", cell.cpus()},
            {"cpu_set_size", cell.cpu_set.size()},
            {"cpu_reset_address", cell.cpu_reset_address},
            {"msg_reply_timeout", cell.msg_reply_timeout},
            {"vpci_irq_base", cell.vpci_irq_base},
            {"console", console_json(cell.console)},
            {"memory_regions", regions_json(cell)},
            {"interrupts", cell.interrupts()},
            {"irqchips", chips},
            {"cache_regions", caches},
            {"pio_regions", pios},
            {"pci_devices", devices},
            {"pci_capabilities", caps},
            {"stream_ids", cell.stream_ids}};
}

Json system_json(const System& system) {
    Json units = Json::array();
    for (const auto& unit : system.iommu_units)
        if (unit.type || unit.base || unit.size)
            units.push_back({{"type", iommu_type_text(unit.type)},
                             {"base", unit.base},
                             {"size", unit.size},
                             {"tlb_base", unit.tlb_base},
                             {"tlb_size", unit.tlb_size}});
    return {
        {"kind", "system"},
        {"architecture", architecture_text(system.architecture)},
        {"revision", system.revision},
        {"flags", system.flags},
        {"hypervisor_memory",
         {{"phys_start", system.hypervisor_memory.phys}, {"size", system.hypervisor_memory.size}}},
        {"debug_console", console_json(system.debug_console)},
        {"pci",
         {{"mmconfig_base", system.pci_mmconfig_base},
          {"mmconfig_end_bus", system.pci_mmconfig_end_bus},
          {"is_virtual", system.pci_is_virtual},
          {"domain", system.pci_domain}}},
        {"iommu_units", units},
        {"gic",
         {{"version", system.gic_version},
          {"maintenance_irq", system.maintenance_irq},
          {"gicd_base", system.gicd_base},
          {"gicc_base", system.gicc_base},
          {"gich_base", system.gich_base},
          {"gicv_base", system.gicv_base},
          {"gicr_base", system.gicr_base}}},
        {"root_cell", cell_json(system.root)}};
}

} // namespace

nlohmann::ordered_json dump_json(const ParsedFile& file) {
    if (const auto* system = std::get_if<System>(&file))
        return system_json(*system);
    const Cell& cell = std::get<Cell>(file);
    Json json = {{"kind", "cell"},
                 {"architecture", architecture_text(cell.architecture)},
                 {"revision", cell.revision}};
    json.update(cell_json(cell));
    return json;
}

} // namespace brig::config
