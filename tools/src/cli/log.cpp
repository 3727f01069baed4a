// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "device/evidence.hpp"
#include "device/names.hpp"
#include "evidence/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

namespace brig::cli {

namespace {

using evidence::Run;

struct LogArguments {
    std::string file;
    std::string config;
    std::string save;
    std::optional<uint64_t> run;
    bool previous = false;
    bool follow = false;
    bool json = false;
    bool exits = false;
};

Bytes read_all(const LogArguments& arguments) {
    if (!arguments.file.empty())
        return read_file(arguments.file, "memory image");
    if (!arguments.config.empty())
        device::set_hypervisor_memory(
            fmt::format("/sys/module/{}/parameters/hypervisor_memory", device::names().module),
            read_file(arguments.config, "system configuration"), arguments.config);
    const std::filesystem::path sysfs = device::names().sysfs;
    Bytes memory;
    if (!arguments.previous)
        memory = device::read_evidence(sysfs);
    if (arguments.previous || arguments.run) {
        const Bytes before = device::read_previous_evidence(sysfs);
        memory.insert(memory.end(), before.begin(), before.end());
    }
    return memory;
}

std::string run_list(const std::vector<Run>& runs) {
    std::string text;
    for (const Run& run : runs)
        text += fmt::format("{}{}", text.empty() ? "" : ", ", run.header.run);
    return text;
}

[[noreturn]] void nothing_there(const LogArguments& arguments, const Bytes& memory) {
    if (evidence::count_damaged(memory) != 0)
        fail("looking for runs: what is there is damaged: the memory was not kept over the reset, "
             "or something has written to it");
    if (!arguments.file.empty())
        fail("looking for runs in {}: there is none: it must contain the end of hypervisor memory",
             arguments.file);
    if (!arguments.previous)
        fail("Brig has not been enabled since the driver was loaded, or its image keeps no log "
             "(CONFIG_EVIDENCE_SIZE): `brig log --previous` shows what earlier runs have left");
    fail("no earlier run has left anything: none was there, its image kept no log "
         "(CONFIG_EVIDENCE_SIZE), or RAM was not kept over the reset");
}

const Run& choose(const LogArguments& arguments, const std::vector<Run>& runs,
                  const Bytes& memory) {
    if (runs.empty())
        nothing_there(arguments, memory);
    if (arguments.run) {
        for (const Run& run : runs)
            if (run.header.run == *arguments.run)
                return run;
        fail("looking for run {}: it is not there any more; those that are: {}", *arguments.run,
             run_list(runs));
    }
    if (arguments.file.empty() || !arguments.previous)
        return runs.front();
    if (runs.size() < 2)
        fail(
            "looking for the run before the last in {}: there is only run {}: leave --previous out",
            arguments.file, runs.front().header.run);
    return runs[1];
}

void show(const LogArguments& arguments) {
    const Bytes memory = read_all(arguments);
    if (!arguments.save.empty()) {
        if (memory.empty())
            nothing_there(arguments, memory);
        write_file(arguments.save, {reinterpret_cast<const char*>(memory.data()), memory.size()});
        return;
    }
    const std::vector<Run> runs = evidence::find_runs(memory);
    const Run& run = choose(arguments, runs, memory);
    if (arguments.json)
        fmt::print("{}", json_text(evidence::report_json(run)));
    else
        fmt::print("{}", evidence::report_text(run, arguments.exits));
    if (&run == &runs.front() && runs.size() > 1 && !arguments.json)
        fmt::print(stderr, "brig log: run {} is there too: --run {}\n", runs[1].header.run,
                   runs[1].header.run);
}

// Lines that are complete, as they come. A new run begins anew.
void follow() {
    constexpr auto pause = std::chrono::milliseconds(200);
    uint64_t current = 0;
    uint64_t shown = 0; // sequence number
    for (;; std::this_thread::sleep_for(pause)) {
        const std::vector<Run> runs =
            evidence::find_runs(device::read_evidence(device::names().sysfs));
        if (runs.empty())
            continue;
        const Run& run = runs.front();
        if (run.header.run != current)
            shown = 0;
        current = run.header.run;
        if (run.overwritten > shown)
            fmt::print("<NOTE: {} entries were overwritten before they could be read>\n",
                       run.overwritten - shown);
        for (const auto& line : run.lines) {
            if (line.open || line.sequence <= shown)
                continue;
            fmt::print("{}", evidence::line_text(run, line));
            shown = line.sequence;
        }
        shown = std::max(shown, run.overwritten);
        if (std::fflush(stdout) != 0)
            return;
    }
}

} // namespace

void add_log_command(Program& program) {
    auto arguments = std::make_shared<LogArguments>();
    CLI::App* command = add_command(
        program.app, "log",
        "Print what the hypervisor has left in memory: its log, how far each CPU came in the "
        "takeover, and the registers of those that had to stop. It outlives a reset that keeps "
        "RAM.",
        "brig log\n  brig log --previous    (after a crash and a reboot, before or after `brig "
        "enable`)\n  brig log --file memory.bin");
    auto* previous = command->add_flag("--previous", arguments->previous,
                                       "the run before: of before the reset, if Brig has not been "
                                       "enabled since");
    auto* run = command->add_option("--run", arguments->run, "a run by its number");
    auto* follow_flag = command->add_flag("-f,--follow", arguments->follow,
                                          "print the log's new lines until killed");
    auto* json = command->add_flag("--json", arguments->json, "print JSON");
    auto* exits =
        command->add_flag("--exits", arguments->exits, "also print the last exits of each CPU");
    auto* file = command->add_option(
        "--file", arguments->file,
        "read a copy of hypervisor memory or of its end (a debugger's dump, QEMU's pmemsave, or "
        "--save's) instead of this machine");
    auto* config = command->add_option(
        "--config", arguments->config,
        "system file that earlier runs used: says where their memory is, if the device tree does "
        "not");
    auto* save = command->add_option("--save", arguments->save, "write the memory to a file");
    previous->excludes(run);
    for (auto* option :
         {previous, static_cast<decltype(previous)>(run), json, exits, file, config, save})
        follow_flag->excludes(option);
    file->excludes(config)->excludes(save);
    json->excludes(save);
    command->callback([arguments] {
        if (arguments->follow)
            follow();
        else
            show(*arguments);
    });
}

} // namespace brig::cli
