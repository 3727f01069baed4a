// SPDX-License-Identifier: Apache-2.0
#include "evidence/report.hpp"

#include "evidence/boot_stages.hpp"
#include "evidence/registers.hpp"
#include "trace/reason.hpp"
#include "util/text.hpp"

#include <brig/dump.h>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstring>
#include <ctime>

namespace brig::evidence {

namespace {

std::string heading(const Run& run) {
    std::string began = "at an unknown time";
    if (run.header.unix_time != 0)
        began = fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                            fmt::gmtime(static_cast<std::time_t>(run.header.unix_time)));
    const std::string version = run.version.empty() ? "unknown version" : run.version;
    return fmt::format("Run {}: Brig {}, board {}, {} CPUs, begun {}; image at {:#x}\n",
                       run.header.run, printable(version),
                       run.board.empty() ? "unknown" : printable(run.board), run.header.max_cpus,
                       began, run.header.image);
}

std::string damage(const Run& run) {
    std::string text;
    if (run.overwritten != 0)
        text +=
            fmt::format("{} older log entries were overwritten by newer ones.\n", run.overwritten);
    if (run.damaged != 0)
        text += fmt::format("{} log entries did not survive.\n", run.damaged);
    if (!run.complete)
        text += "The copy ends before the area does.\n";
    for (unsigned cpu : run.damaged_crashes)
        text += fmt::format("The crash record of CPU {} did not survive.\n", cpu);
    return text;
}

std::string stages_text(const Run& run) {
    std::string text = fmt::format("\nBoot stages: {}\n", verdict(run));
    for (const auto& [cpu, raw] : run.stages) {
        const uint64_t time = raw.stage < BRIG_NUM_STAGES ? raw.times[raw.stage] : 0;
        text += fmt::format("  CPU {:<3} {:12.6f} s  stage {:2}: {}{}\n", cpu, run.seconds(time),
                            raw.stage, stage_words(raw.stage).text,
                            raw.error == 0 ? "" : fmt::format(" ({})", std::strerror(-raw.error)));
    }
    return text;
}

uint64_t bits(uint64_t value, unsigned high, unsigned low) {
    return value >> low & ((uint64_t{2} << (high - low)) - 1);
}

std::string registers_text(const brig_crash_record& crash) {
    std::string text = fmt::format(BRIG_DUMP_PC, crash.pc, crash.x[30], crash.spsr_el2,
                                   bits(crash.spsr_el2, 3, 2));
    text += fmt::format(BRIG_DUMP_SP, crash.sp, crash.elr_el2, bits(crash.esr_el2, 31, 26),
                        bits(crash.esr_el2, 25, 25), bits(crash.esr_el2, 24, 0));
    const auto blank = [](unsigned n) { return n < 10 ? " " : ""; };
    for (unsigned i = 0; i < 30; i += 3)
        text += fmt::format(BRIG_DUMP_REGISTERS, blank(i), i, crash.x[i], blank(i + 1), i + 1,
                            crash.x[i + 1], blank(i + 2), i + 2, crash.x[i + 2]);
    return text;
}

std::string system_registers_text(const brig_crash_record& crash) {
    std::string text;
    unsigned column = 0;
    for (const Register& reg : system_registers(crash)) {
        text += fmt::format("  {:<14} {:016x}", reg.name, reg.value);
        if (++column % 3 == 0)
            text += "\n";
    }
    return text + (column % 3 == 0 ? "" : "\n");
}

std::string exits_text(const Run& run, const brig_exit* exits, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; i++)
        text += fmt::format("  {:12.6f}  pc {:016x}  {}\n", run.seconds(exits[i].time), exits[i].pc,
                            trace::reason_of(exits[i]));
    return text;
}

std::string crash_text(const Run& run, const brig_crash_record& crash) {
    const std::string reason(crash.reason, strnlen(crash.reason, sizeof(crash.reason)));
    const std::string cell(crash.cell_name, strnlen(crash.cell_name, sizeof(crash.cell_name)));
    const bool hyp = crash.kind == BRIG_CRASH_HYP;
    std::string text = fmt::format("\nCrash record of CPU {}, {:.6f} s:\n{}\n", crash.cpu,
                                   run.seconds(crash.time), printable(reason));
    if (hyp) {
        if (reason.rfind("FATAL: ", 0) != 0)
            text += BRIG_DUMP_HYP;
    } else {
        if (reason.find("(exception class") == reason.npos)
            text += fmt::format(BRIG_DUMP_FATAL, "unhandled trap", bits(crash.esr_el2, 31, 26));
        text += BRIG_DUMP_CELL_STATE;
    }
    text += registers_text(crash);
    if (hyp)
        text += fmt::format(BRIG_DUMP_FAR, crash.far_el2);
    text +=
        hyp ? fmt::format(BRIG_DUMP_STOPPING, crash.cpu, cell.empty() ? "<UNSET>" : printable(cell))
            : fmt::format(BRIG_DUMP_PARKING, crash.cpu, printable(cell));
    text += system_registers_text(crash);
    if (crash.num_exits != 0)
        text += fmt::format("  The last {} exits, the fatal one at the end:\n", crash.num_exits) +
                exits_text(run, crash.exits, crash.num_exits);
    return text;
}

} // namespace

std::string line_text(const Run& run, const LogLine& line) {
    const std::string caller = fmt::format("C{}", line.cpu);
    return fmt::format("[{:12.6f}][{:>5}] {}\n", run.seconds(line.time), caller,
                       printable(line.text));
}

std::string report_text(const Run& run, bool with_exits) {
    std::string text = heading(run) + damage(run);
    for (const LogLine& line : run.lines)
        text += line_text(run, line);
    text += stages_text(run);
    for (const brig_crash_record& crash : run.crashes)
        text += crash_text(run, crash);
    if (with_exits)
        for (const auto& [cpu, exits] : run.exits)
            text += fmt::format("\nLast exits of CPU {}:\n", cpu) +
                    exits_text(run, exits.data(), exits.size());
    return text;
}

} // namespace brig::evidence
