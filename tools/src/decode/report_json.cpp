// SPDX-License-Identifier: Apache-2.0
#include "decode/report.hpp"
#include "decode/summary.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

namespace brig::decode {

namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json fields_json(const Esr& esr) {
    Json fields = Json::array();
    for (const EsrField& field : esr.fields)
        fields.push_back({{"name", field.name},
                          {"value", field.value},
                          {"msb", field.msb},
                          {"lsb", field.lsb},
                          {"meaning", text_or_null(field.meaning)}});
    return fields;
}

// Null when not even the class is known.
Json syndrome_json(const Event& event) {
    if (event.esr)
        return esr_json(*event.esr);
    if (!event.ec)
        return {};
    return {{"value", nullptr}, {"ec", *event.ec},        {"class", class_name(event)},
            {"il", nullptr},    {"iss", nullptr},         {"iss2", nullptr},
            {"fault", nullptr}, {"fields", Json::array()}};
}

Json place_json(const Place& place) {
    return {{"address", place.address},
            {"symbol", text_or_null(place.symbol)},
            {"source", text_or_null(place.source)}};
}

Json instructions_json(const Event& event) {
    Json list = Json::array();
    for (const Instruction& instruction : event.instructions)
        list.push_back({{"address", instruction.address},
                        {"word", instruction.word},
                        {"text", text_or_null(instruction.text)},
                        {"current", instruction.current}});
    return list;
}

Json address_json(const Event& event) {
    if (!event.address)
        return {};
    const AddressInfo& info = *event.address;
    return {{"address", info.address},
            {"type", text_or_null(info.type)},
            {"kind", text_or_null(info.kind)},
            {"node", text_or_null(info.node)},
            {"compatible", text_or_null(info.compatible)},
            {"region", text_or_null(info.region)}};
}

Json exits_json(const Event& event) {
    Json list = Json::array();
    for (const ExitRecord& exit : event.exits)
        list.push_back({{"seconds", exit.time}, {"pc", exit.pc}, {"reason", exit.reason}});
    return list;
}

Json causes_json(const std::vector<Cause>& causes) {
    Json list = Json::array();
    for (const Cause& cause : causes) {
        std::string remedy;
        for (const std::string& line : cause.remedy)
            remedy += (remedy.empty() ? "" : "\n") + line;
        list.push_back({{"id", cause.entry->id},
                        {"confidence", cause.confidence},
                        {"title", cause.entry->title},
                        {"explanation", cause.explanation},
                        {"remedy", remedy},
                        {"source", text_or_null(cause.entry->source)}});
    }
    return list;
}

} // namespace

Json esr_json(const Esr& esr) {
    return {{"value", esr.value},
            {"ec", esr.ec},
            {"class", esr.ec_name},
            {"il", esr.il},
            {"iss", esr.iss},
            {"iss2", esr.iss2},
            {"fault", text_or_null(esr.fault())},
            {"fields", fields_json(esr)}};
}

Json report_json(const Explained& explained) {
    const Event& event = explained.event;
    Json json;
    json["kind"] = event.kind;
    json["summary"] = summary(event);
    json["headline"] = event.headline;
    json["line"] = event.first_line;
    json["last_line"] = event.last_line;
    json["time"] = or_null(event.time);
    json["cpu"] = or_null(event.cpu);
    json["cell"] = text_or_null(event.cell);
    json["task"] = text_or_null(event.task);
    json["kernel"] = text_or_null(event.kernel);
    json["esr"] = syndrome_json(event);
    json["pc"] = or_null(event.pc);
    json["symbol"] = text_or_null(event.symbol);
    json["source"] = text_or_null(event.place ? event.place->source : "");
    json["where"] = text_or_null(event.where);
    json["lr"] = or_null(event.lr);
    json["lr_symbol"] = text_or_null(event.lr_symbol);
    json["sp"] = or_null(event.sp);
    json["elr"] = or_null(event.elr);
    json["spsr"] = or_null(event.spsr);
    json["far"] = or_null(event.far);
    json["hpfar"] = or_null(event.hpfar);
    json["ipa"] = or_null(event.ipa);
    json["write"] = or_null(event.write);
    json["width"] = or_null(event.width);
    Json registers = Json::object();
    for (const auto& [number, value] : event.registers)
        registers[fmt::format("x{}", number)] = value;
    json["registers"] = registers;
    json["system"] = event.system;
    json["exits"] = exits_json(event);
    json["disassembly"] = instructions_json(event);
    json["trace"] = event.trace;
    json["calls"] = Json::array();
    for (const Place& place : event.calls)
        json["calls"].push_back(place_json(place));
    json["address"] = address_json(event);
    json["note"] = text_or_null(event.note);
    json["causes"] = causes_json(explained.causes);
    return json;
}

Json knowledge_json(const Knowledge& knowledge) {
    Json list = Json::array();
    for (const Entry& entry : knowledge.entries())
        list.push_back({{"id", entry.id},
                        {"title", entry.title},
                        {"explanation", entry.explanation},
                        {"remedy", entry.remedy},
                        {"source", entry.source},
                        {"example", entry.example}});
    return list;
}

} // namespace brig::decode
