// SPDX-License-Identifier: Apache-2.0
#include "evidence/boot_stages.hpp"
#include "evidence/registers.hpp"
#include "evidence/report.hpp"
#include "trace/reason.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <cstring>

namespace brig::evidence {

namespace {

using Json = nlohmann::ordered_json;

Json log_json(const Run& run) {
    Json lines = Json::array();
    for (const LogLine& line : run.lines)
        lines.push_back({{"sequence", line.sequence},
                         {"seconds", run.seconds(line.time)},
                         {"cpu", line.cpu},
                         {"cell", line.cell},
                         {"text", printable(line.text)}});
    return {{"overwritten", run.overwritten}, {"damaged", run.damaged}, {"lines", lines}};
}

Json stages_json(const Run& run) {
    Json list = Json::array();
    for (const auto& [cpu, raw] : run.stages) {
        Json times = Json::object();
        for (uint32_t stage = 1; stage < BRIG_NUM_STAGES; stage++)
            if (raw.times[stage] != 0)
                times[std::string(stage_words(stage).name)] = run.seconds(raw.times[stage]);
        const StageWords words = stage_words(raw.stage);
        list.push_back({{"cpu", cpu},
                        {"mpidr", raw.mpidr},
                        {"stage", words.name},
                        {"text", words.text},
                        {"error", raw.error},
                        {"seconds", times}});
    }
    return list;
}

Json exits_json(const Run& run, const brig_exit* exits, size_t count) {
    Json list = Json::array();
    for (size_t i = 0; i < count; i++)
        list.push_back({{"seconds", run.seconds(exits[i].time)},
                        {"pc", exits[i].pc},
                        {"reason", trace::reason_of(exits[i])}});
    return list;
}

Json crash_json(const Run& run, const brig_crash_record& crash) {
    Json general = Json::array();
    for (uint64_t value : crash.x)
        general.push_back(value);
    Json system = Json::object();
    for (const Register& reg : system_registers(crash))
        system[reg.name] = reg.value;
    const std::string name(crash.cell_name, strnlen(crash.cell_name, sizeof(crash.cell_name)));
    const std::string reason(crash.reason, strnlen(crash.reason, sizeof(crash.reason)));
    return {{"cpu", crash.cpu},
            {"kind", crash.kind == BRIG_CRASH_HYP ? "hyp-exception" : "cell-exception"},
            {"seconds", run.seconds(crash.time)},
            {"reason", printable(reason)},
            {"cell", crash.cell == ~0u ? Json() : Json(crash.cell)},
            {"cell_name", printable(name)},
            {"count", crash.count},
            {"pc", crash.pc},
            {"sp", crash.sp},
            {"x", general},
            {"system", system},
            {"exits", exits_json(run, crash.exits, crash.num_exits)}};
}

} // namespace

Json report_json(const Run& run) {
    Json crashes = Json::array();
    for (const brig_crash_record& crash : run.crashes)
        crashes.push_back(crash_json(run, crash));
    Json exits = Json::array();
    for (const auto& [cpu, last] : run.exits)
        exits.push_back({{"cpu", cpu}, {"exits", exits_json(run, last.data(), last.size())}});
    return {{"run", run.header.run},
            {"version", printable(run.version)},
            {"board", printable(run.board)},
            {"max_cpus", run.header.max_cpus},
            {"unix_time", run.header.unix_time},
            {"image", run.header.image},
            {"frequency", run.header.frequency},
            {"complete", run.complete},
            {"verdict", verdict(run)},
            {"stages", stages_json(run)},
            {"log", log_json(run)},
            {"crashes", crashes},
            {"damaged_crashes", run.damaged_crashes},
            {"exits", exits}};
}

} // namespace brig::evidence
