// SPDX-License-Identifier: Apache-2.0
#include "trace/reason.hpp"
#include "trace/render.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <set>
#include <utility>

namespace brig::trace {

namespace {

using nlohmann::ordered_json;

// Viewers keep 0 for the idle task, and want a thread's number to belong to one process.
uint32_t process_of(uint32_t cell) {
    return cell + 1;
}
uint64_t thread_of(uint32_t cell, unsigned cpu) {
    return uint64_t{process_of(cell)} * 1000 + cpu;
}

ordered_json name_event(const char* what, uint32_t cell, uint64_t thread, const std::string& name) {
    return {{"name", what},
            {"ph", "M"},
            {"pid", process_of(cell)},
            {"tid", thread},
            {"args", {{"name", name}}}};
}

// Microseconds, to the nanosecond.
double microseconds(const Recording& recording, uint64_t ticks) {
    return std::round(recording.seconds(ticks) * 1e9) / 1e3;
}

ordered_json event_of(const Recording& recording, unsigned cpu, const brig_exit& exit,
                      uint64_t origin) {
    ordered_json args = {{"pc", fmt::format("{:#x}", exit.pc)}};
    if (const std::string symbol = recording.symbol(exit.pc); !symbol.empty())
        args["symbol"] = symbol;
    if (kind_of(exit) != Kind::interrupt)
        args["esr"] = fmt::format("{:#010x}", exit.reason);
    if (kind_of(exit) == Kind::hypercall || kind_of(exit) == Kind::firmware)
        args["x0"] = fmt::format("{:#x}", exit.x0);
    ordered_json event = {{"name", reason_of(exit)},
                          {"cat", kind_name(kind_of(exit))},
                          {"ph", exit.duration != 0 ? "X" : "i"},
                          {"ts", microseconds(recording, exit.time - origin)}};
    if (exit.duration != 0)
        event["dur"] = microseconds(recording, exit.duration);
    else
        event["s"] = "t"; // an instant of this thread
    event["pid"] = process_of(exit.cell);
    event["tid"] = thread_of(exit.cell, cpu);
    event["args"] = args;
    return event;
}

} // namespace

ordered_json trace_events(const Recording& recording) {
    ordered_json names = ordered_json::array();
    ordered_json events = ordered_json::array();
    std::set<uint32_t> cells;
    std::set<std::pair<uint32_t, unsigned>> threads;
    const uint64_t origin = recording.first_time();
    for (const auto& [id, cpu] : recording.cpus)
        for (const auto& exit : cpu.exits) {
            const uint64_t thread = thread_of(exit.cell, id);
            if (cells.insert(exit.cell).second)
                names.push_back(
                    name_event("process_name", exit.cell, thread, recording.cell_name(exit.cell)));
            if (threads.insert({exit.cell, id}).second)
                names.push_back(
                    name_event("thread_name", exit.cell, thread, fmt::format("CPU {}", id)));
            events.push_back(event_of(recording, id, exit, origin));
        }
    names.insert(names.end(), events.begin(), events.end());
    return {{"traceEvents", std::move(names)}, {"displayTimeUnit", "ns"}};
}

} // namespace brig::trace
