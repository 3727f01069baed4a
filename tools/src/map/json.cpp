// SPDX-License-Identifier: Apache-2.0
#include "map/render.hpp"

#include <nlohmann/json.hpp>

namespace brig::map {

namespace {

using Json = nlohmann::ordered_json;

Json names_of(const Map& map, const std::vector<size_t>& owners) {
    Json list = Json::array();
    for (size_t owner : owners)
        list.push_back(map.owners[owner].name);
    return list;
}

Json owner_json(const Map& map, size_t index) {
    const Owner& owner = map.owners[index];
    return {{"name", owner.name},
            {"role", index == hypervisor ? "hypervisor"
                     : index == root     ? "root"
                                         : "cell"},
            {"where", owner.where},
            {"cpus", owner.cpus},
            {"interrupts", owner.interrupts},
            {"stream_ids", owner.stream_ids},
            {"ram", owner.ram},
            {"console", owner.console},
            {"facts", owner.facts},
            {"excludes", names_of(map, {owner.excludes.begin(), owner.excludes.end()})}};
}

Json piece_json(const Map& map, const Piece& piece) {
    Json owners = Json::array();
    for (const auto& claim : piece.claims)
        owners.push_back({{"name", map.owners[claim.owner].name},
                          {"hold", hold_word(claim.hold)},
                          {"guest", claim.guest},
                          {"flags", claim.flags},
                          {"where", claim.where}});
    return {{"first", piece.range.first},    {"last", piece.range.last},
            {"kind", kind_word(piece.kind)}, {"owners", owners},
            {"names", piece.names},          {"faults", piece.faults}};
}

} // namespace

Json map_json(const Map& map) {
    Json owners = Json::array();
    for (size_t i = 0; i < map.owners.size(); i++)
        owners.push_back(owner_json(map, i));
    Json pieces = Json::array();
    for (const auto& piece : map.pieces)
        pieces.push_back(piece_json(map, piece));
    Json cpus = Json::array();
    for (const auto& cpu : map.cpus)
        cpus.push_back({{"number", cpu.number},
                        {"core", cpu.core.empty() ? Json() : Json(cpu.core)},
                        {"owners", names_of(map, cpu.owners)},
                        {"fault", cpu.fault}});
    Json interrupts = Json::array();
    for (const auto& range : map.interrupts)
        interrupts.push_back({{"first", range.first},
                              {"last", range.last},
                              {"owners", names_of(map, range.owners)},
                              {"names", range.names},
                              {"fault", range.fault}});
    Json devices = Json::array();
    for (const auto& device : map.devices) {
        Json registers = Json::array();
        for (const auto& range : device.registers)
            registers.push_back({{"first", range.first}, {"last", range.last}});
        devices.push_back({{"name", device.name},
                           {"registers", registers},
                           {"interrupts", device.interrupts},
                           {"owners", names_of(map, device.owners)}});
    }
    return {{"title", map.title},
            {"platform", map.platform},
            {"owners", owners},
            {"address_space", pieces},
            {"cpus", cpus},
            {"interrupts", interrupts},
            {"devices", devices},
            {"faults", map.faults},
            {"warnings", map.warnings}};
}

} // namespace brig::map
