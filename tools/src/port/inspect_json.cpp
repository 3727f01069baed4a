// SPDX-License-Identifier: Apache-2.0
#include "port/inspect.hpp"

#include <nlohmann/json.hpp>

namespace brig::port {

namespace {

using namespace brig::board;
using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json start_of(const std::optional<Range>& range) {
    return range ? Json(range->first) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json range_json(const Range& range) {
    return {{"start", range.first}, {"end", range.last}, {"size", range.size()}};
}

Json ranges_json(const std::vector<Range>& ranges) {
    Json list = Json::array();
    for (const Range& range : ranges)
        list.push_back(range_json(range));
    return list;
}

Json gic_json(const std::optional<Gic>& gic) {
    if (!gic)
        return nullptr;
    Json its = Json::array();
    for (const Node* node : gic->its)
        its.push_back(node->path);
    Json json = {{"node", gic->node->path},
                 {"version", gic->version},
                 {"gicd", start_of(gic->gicd)},
                 {"gicr", gic->gicr.empty() ? Json(nullptr) : Json(gic->gicr[0].first)},
                 {"gicc", start_of(gic->gicc)},
                 {"gich", start_of(gic->gich)},
                 {"gicv", start_of(gic->gicv)},
                 {"maintenance_irq", or_null(gic->maintenance_irq)},
                 {"aliased", gic->aliased},
                 {"gicr_regions", ranges_json(gic->gicr)},
                 {"its", its}};
    return json;
}

Json console_json(const ConsoleFacts& console) {
    return {{"node", console.node ? Json(console.node->path) : Json(nullptr)},
            {"address", or_null(console.address)},
            {"type", console.type},
            {"reg_distance", or_null(console.reg_distance)},
            {"irq", or_null(console.irq)},
            {"clock", or_null(console.clock_hz)},
            {"options", text_or_null(console.options)},
            {"source", text_or_null(console.source)},
            {"note", text_or_null(console.note)}};
}

Json smc_json(const Facts& facts) {
    Json list = Json::array();
    for (const SmcUser& user : facts.smc)
        list.push_back({{"what", user.what},
                        {"node", user.node->path},
                        {"id", or_null(user.id)},
                        {"method", user.method},
                        {"enabled", user.enabled}});
    return list;
}

Json iommus_json(const Facts& facts) {
    Json list = Json::array();
    for (const Iommu& iommu : facts.iommus)
        list.push_back({{"node", iommu.node->path},
                        {"type", text_or_null(iommu.type)},
                        {"compatible", iommu.node->text("compatible")},
                        {"address", start_of(iommu.registers)},
                        {"enabled", iommu.enabled}});
    return list;
}

Json points_json(const Facts& facts) {
    static constexpr const char* kinds[] = {"blocks", "missing", "confirm"};
    Json list = Json::array();
    for (const OpenPoint& point : facts.open_points)
        list.push_back({{"number", list.size() + 1},
                        {"key", point.key},
                        {"kind", kinds[static_cast<size_t>(point.kind)]},
                        {"text", point.text},
                        {"todo", point.todo}});
    return list;
}

} // namespace

Json inspect_json(const Facts& facts) {
    Json cpus = Json::array();
    for (const Cpu& cpu : facts.cpus)
        cpus.push_back({{"number", cpu.number},
                        {"mpidr", cpu.mpidr},
                        {"core", text_or_null(cpu.core)},
                        {"aarch32_el1", or_null(cpu.aarch32_el1)},
                        {"vhe", or_null(cpu.vhe)},
                        {"pa_bits", or_null(cpu.pa_bits)},
                        {"enable_method", text_or_null(cpu.enable_method)}});
    Json reserved = Json::array();
    for (const ReservedRange& range : facts.reserved) {
        Json entry = {{"name", range.name},
                      {"start", start_of(range.range)},
                      {"end", range.range ? Json(range.range->last) : Json(nullptr)},
                      {"size", range.range ? Json(range.range->size()) : Json(nullptr)},
                      {"no_map", range.no_map}};
        reserved.push_back(entry);
    }
    Json masters = Json::array();
    for (const Node* node : facts.masters_without_iommu)
        masters.push_back(node->path);
    Json psci = nullptr;
    if (facts.psci)
        psci = {{"version", facts.psci->version}, {"method", text_or_null(facts.psci->method)}};
    return {{"model", text_or_null(facts.model)},
            {"compatible", facts.compatible},
            {"cpus", cpus},
            {"gic", gic_json(facts.gic)},
            {"console", console_json(facts.console)},
            {"timer",
             {{"interrupts", facts.timer.intids}, {"frequency", or_null(facts.timer.frequency)}}},
            {"psci", psci},
            {"smc", smc_json(facts)},
            {"iommus", iommus_json(facts)},
            {"dma_without_iommu", masters},
            {"memory", ranges_json(facts.memory)},
            {"memory_source", text_or_null(facts.memory_source)},
            {"reserved", reserved},
            {"holes", ranges_json(facts.holes)},
            {"ecam_windows", ranges_json(facts.ecam_windows)},
            {"free_spis", ranges_json(facts.free_spis)},
            {"open_points", points_json(facts)}};
}

} // namespace brig::port
