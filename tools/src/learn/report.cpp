// SPDX-License-Identifier: Apache-2.0
#include "learn/report.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::learn {

namespace {

constexpr const char* verbs[] = {"read", "write", "instruction fetch", "page-table walk"};
constexpr uint64_t kernel_half = uint64_t{1} << 63;

std::string place_text(uint64_t pc, const Symbols& symbols) {
    if (auto found = symbols.find(pc); found != symbols.end())
        return found->second;
    return fmt::format("{:#x}{}", pc, pc < kernel_half ? " (user space)" : "");
}

std::string access_text(const brig_learn_region& first, const Symbols& symbols) {
    std::string size = first.width == 0 || first.kind == BRIG_LEARN_EXECUTE
                           ? ""
                           : fmt::format(" of {} byte{}", first.width, first.width == 1 ? "" : "s");
    return fmt::format("first {}{} at {:#x} by {}", verbs[first.kind], size, first.address,
                       place_text(first.pc, symbols));
}

std::string pair_text(uint64_t value) {
    return fmt::format("{:#x} 0x{:08x}", value >> 32, value & 0xffffffff);
}

std::string answer_text(const brig_learn_call& call) {
    return call.returned ? fmt::format("answered {:#x}", call.results[0]) : "answer unknown";
}

std::string place_comment(const Place& place, const Symbols& symbols) {
    std::string who = place.nodes.empty() ? "in no node of the device tree" : joined(place.nodes);
    std::string note = place.note.empty() ? "" : fmt::format(" ({})", place.note);
    std::string pages = place.pages > 1 ? fmt::format(", {} pages so far", place.pages) : "";
    return fmt::format("// {}{}\n// {}{}\n", printable(who), note,
                       access_text(place.first, symbols), pages);
}

std::string call_comment(const Call& found, const Symbols& symbols) {
    return fmt::format("// {} call, {} time{}, first by {}; x1 {:#x}, x2 {:#x}, x3 {:#x}: {}\n",
                       found.owner, found.call.count, found.call.count == 1 ? "" : "s",
                       place_text(found.call.pc, symbols), found.call.arguments[0],
                       found.call.arguments[1], found.call.arguments[2], answer_text(found.call));
}

nlohmann::ordered_json place_json(const Place& place, const Symbols& symbols) {
    const auto symbol = symbols.find(place.first.pc);
    return {{"address", place.range.first},
            {"size", place.range.size()},
            {"memory", place.memory},
            {"nodes", place.nodes},
            {"note", place.note},
            {"pages", place.pages},
            {"first",
             {{"address", place.first.address},
              {"kind", verbs[place.first.kind]},
              {"width", place.first.width},
              {"pc", place.first.pc},
              {"symbol", symbol == symbols.end() ? "" : symbol->second},
              {"cpu", place.first.cpu}}},
            {"line", partition_line(place)}};
}

nlohmann::ordered_json call_json(const Call& found, const Symbols& symbols) {
    const brig_learn_call& call = found.call;
    const auto symbol = symbols.find(call.pc);
    nlohmann::ordered_json json = {{"function", call.function},
                                   {"count", call.count},
                                   {"owner", found.owner},
                                   {"node", found.node},
                                   {"pc", call.pc},
                                   {"symbol", symbol == symbols.end() ? "" : symbol->second},
                                   {"cpu", call.cpu},
                                   {"arguments", call.arguments},
                                   {"results", nullptr},
                                   {"line", policy_line(found)}};
    if (call.returned)
        json["results"] = call.results;
    return json;
}

} // namespace

std::string partition_line(const Place& place) {
    return fmt::format("{}@{:x} {{ reg = <{} {}>; }};", place.memory ? "memory" : "device",
                       place.range.first, pair_text(place.range.first),
                       pair_text(place.range.size()));
}

std::string policy_line(const Call& found) {
    return fmt::format("{{0x{0:08x}, 0x{0:08x}, SmcAction::forward, SmcCaller::root, \"{1}\"}},",
                       found.call.function,
                       found.node.empty() ? "seen in learn mode: say what it does"
                                          : printable(found.node));
}

std::string report_text(const Record& record, const Findings& findings, const Symbols& symbols) {
    if (findings.places.empty() && findings.calls.empty())
        return record.on ? "Nothing has been learned yet: all that Linux did was allowed.\n"
                         : "Nothing has been learned.\n";
    std::string out;
    if (!findings.places.empty())
        out += "Lines for the node `root` of the partition file:\n\n";
    for (const auto& place : findings.places)
        out += place_comment(place, symbols) + partition_line(place) + "\n\n";
    if (!findings.calls.empty())
        out += "Lines for the SMC policy in bsp/<board>, to be sorted in by id; first make sure of "
               "what each\ncall does, and say it instead of the text:\n\n";
    for (const auto& call : findings.calls)
        out += call_comment(call, symbols) + policy_line(call) + "\n\n";
    if (record.lost_pages != 0 || record.lost_calls != 0)
        out += fmt::format("Not all of it: {} more pages and {} more calls found no room in the "
                           "record. Put these lines\ninto place and learn again.\n",
                           record.lost_pages, record.lost_calls);
    if (!record.complete)
        out += "This comes from a log: pages that followed others closely may be missing.\n";
    return out;
}

nlohmann::ordered_json report_json(const Record& record, const Findings& findings,
                                   const Symbols& symbols) {
    nlohmann::ordered_json json = {{"on", record.on},
                                   {"complete", record.complete},
                                   {"lost_pages", record.lost_pages},
                                   {"lost_calls", record.lost_calls},
                                   {"places", nlohmann::ordered_json::array()},
                                   {"calls", nlohmann::ordered_json::array()}};
    for (const auto& place : findings.places)
        json["places"].push_back(place_json(place, symbols));
    for (const auto& call : findings.calls)
        json["calls"].push_back(call_json(call, symbols));
    return json;
}

} // namespace brig::learn
