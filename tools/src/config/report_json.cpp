// SPDX-License-Identifier: Apache-2.0
#include "config/checks.hpp"
#include "config/names.hpp"
#include "config/overlay.hpp"
#include "config/report.hpp"
#include "util/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace brig::config {

namespace {

using Json = nlohmann::ordered_json;

Json range_json(const Range& range) {
    return {{"start", range.first}, {"size", range.size()}};
}

Json console_json(const Console& console, const board::Node* node) {
    return {{"type", console_type_text(console.type)},
            {"address", console.address},
            {"size", console.size},
            {"node", node ? Json(node->path) : Json()}};
}

Json region_json(const Partition& partition, size_t cell, size_t index) {
    const MemoryRegion& region = partition.configuration.cells[cell].regions[index];
    bool placed = std::any_of(partition.requests.begin(), partition.requests.end(),
                              [&](const MemoryRequest& request) {
                                  return request.cell == cell && request.region == index;
                              });
    const char* kind = region.size == 0                  ? "placeholder"
                       : region.is(BRIG_MEM_COMM_REGION) ? "comm-region"
                       : region.is(BRIG_MEM_IO)          ? "device"
                                                         : "memory";
    return {{"where", region.where}, {"kind", kind},
            {"start", region.phys},  {"size", region.size},
            {"guest", region.virt},  {"flags", flags_text(region.flags, memory_flags())},
            {"placed", placed},      {"emulated", region.size != 0 && region.sub_page()}};
}

Json device_json(const GivenDevice& given) {
    Json shared = Json::array();
    for (const auto& sub : given.sub_pages) {
        Json neighbours = Json::array();
        for (const board::Node* node : sub.neighbours)
            neighbours.push_back(node->path);
        Json entry = range_json(sub.range);
        entry["neighbours"] = neighbours;
        shared.push_back(entry);
    }
    return {{"node", given.device->node->path},
            {"where", given.where},
            {"interrupts", given.interrupts},
            {"enabled_in_linux", given.keeps_status},
            {"shared_pages", shared}};
}

Json cell_json(const Partition& partition, size_t number) {
    const Cell& cell = partition.configuration.cells[number];
    Json regions = Json::array();
    for (size_t i = 0; i < cell.regions.size(); i++)
        regions.push_back(region_json(partition, number, i));
    Json devices = Json::array();
    for (const auto& given : cell.devices)
        devices.push_back(device_json(given));
    Json console;
    if (cell.console.type != BRIG_CONSOLE_NONE)
        console = console_json(cell.console, nullptr);
    return {{"name", printable(cell.name)},
            {"file", partition.file_names[number] + ".cell"},
            {"cpus", cell.cpus()},
            {"regions", regions},
            {"devices", devices},
            {"interrupts", cell.interrupts()},
            {"stream_ids", cell.stream_ids},
            {"console", console},
            {"excludes", cell.excludes}};
}

Json hypervisor_json(const Partition& partition) {
    const System& system = partition.configuration.system;
    Json memory = range_json(system.hypervisor_memory.phys_range());
    memory["placed"] = partition.hypervisor_size != 0;
    return {{"memory", memory},
            {"console", console_json(system.debug_console, partition.console)},
            {"gic",
             {{"version", system.gic_version},
              {"gicd", system.gicd_base},
              {"gicr", system.gicr_base},
              {"gicc", system.gicc_base},
              {"gich", system.gich_base},
              {"gicv", system.gicv_base},
              {"maintenance_irq", system.maintenance_irq},
              {"num_interrupts", system.num_interrupts}}},
            {"ecam", system.pci_mmconfig_base}};
}

const char* severity_text(Severity severity) {
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Accepted:
        break;
    }
    return "accepted";
}

} // namespace

Json report_json(const Partition& partition, const Findings& findings, const std::string& file) {
    const BoardView& board = *partition.board;
    Json cells = Json::array();
    for (size_t i = 0; i < partition.configuration.cells.size(); i++)
        cells.push_back(cell_json(partition, i));
    Json memory = Json::array();
    for (const auto& [range, owner] : memory_owners(partition)) {
        Json entry = range_json(range);
        entry["owner"] = owner;
        memory.push_back(entry);
    }
    Overlay overlay = make_overlay(partition);
    Json reserved = Json::array();
    for (const auto& [name, range] : overlay.reservations) {
        Json entry = range_json(range);
        entry["name"] = name;
        reserved.push_back(entry);
    }
    Json list = Json::array();
    for (const auto& finding : findings)
        list.push_back({{"test", title(finding.test)},
                        {"word", accept_word(finding.test)},
                        {"severity", severity_text(finding.severity)},
                        {"node", finding.scope},
                        {"text", finding.text}});
    const Cell& root = partition.configuration.system.root;
    return {
        {"partition", file},
        {"board", {{"file", board.file()}, {"model", board.facts.model}}},
        {"hypervisor", hypervisor_json(partition)},
        {"root",
         {{"name", printable(root.name)}, {"cpus", root.cpus()}, {"regions", root.regions.size()}}},
        {"cells", cells},
        {"memory", memory},
        {"reserved_memory", reserved},
        {"reserved_devices", overlay.devices},
        {"kernel_arguments", kernel_arguments(board)},
        {"findings", list}};
}

} // namespace brig::config
