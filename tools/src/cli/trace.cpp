// SPDX-License-Identifier: Apache-2.0
#include "device/trace.hpp"
#include "cli/cli.hpp"
#include "cli/trace_record.hpp"
#include "device/names.hpp"
#include "trace/render.hpp"
#include "trace/summary.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <memory>

namespace brig::cli {

namespace {

constexpr size_t rows_of_a_screen = 5; // per CPU: four CPUs fit

// Where exits come from: a file, or what the rings still have.
struct From {
    std::string file;
    std::string kallsyms = live_symbols;

    void add_options(CLI::App& command) {
        command.add_option("--from", file,
                           "a recording (brig trace record); default: what the rings still have");
        command.add_option("--kallsyms", kallsyms,
                           fmt::format("list of the kernel's symbols, for exits from the rings; "
                                       "default: {}",
                                       live_symbols));
    }

    trace::Recording load() const {
        if (!file.empty())
            return trace::load(file);
        const std::filesystem::path sysfs = device::names().sysfs;
        device::TraceData data(sysfs);
        trace::Reader reader(data, trace::Start::switched_on);
        reader.finish();
        reader.recording().cells = device::cell_names(sysfs);
        trace::resolve(reader.recording(), kallsyms);
        return reader.recording();
    }
};

void add_switch(CLI::App& group, bool on, const char* description) {
    const char* word = on ? "on" : "off";
    CLI::App* command = add_command(group, word, description, fmt::format("brig trace {}", word));
    command->callback([on] { device::switch_tracing(device::names().sysfs, on); });
}

void add_report(CLI::App& group) {
    struct Arguments {
        From from;
        std::optional<unsigned> cpu;
        bool cells = false;
        bool all = false;
        bool json = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = add_command(
        group, "report",
        "Print how often each CPU, or cell, entered the hypervisor and why: per reason the "
        "number, the rate, the share, the longest gap between two, mean and longest "
        "time in the hypervisor, and the place most of them came from.",
        "brig trace report\n  brig trace report --from trace.brig --cells --all");
    arguments->from.add_options(*command);
    command->add_option("--cpu", arguments->cpu, "only this CPU");
    command->add_flag("--cells", arguments->cells, "per cell instead of per CPU");
    command->add_flag("--all", arguments->all, "all reasons, not only the most frequent");
    command->add_flag("--json", arguments->json,
                      "print JSON: per CPU and per cell, with all reasons");
    command->callback([arguments] {
        const trace::Recording recording = arguments->from.load();
        const auto cpus = trace::summarise(recording, arguments->cpu);
        const auto cells = trace::summarise_cells(recording, arguments->cpu);
        const size_t rows = arguments->all ? 0 : rows_of_a_screen;
        if (arguments->json)
            fmt::print("{}", json_text(trace::report_json(recording, cpus, cells)));
        else if (arguments->cells)
            fmt::print("{}", trace::report_text(recording, cells, rows));
        else
            fmt::print("{}", trace::report_text(recording, cpus, rows));
    });
}

void add_list(CLI::App& group) {
    struct Arguments {
        From from;
        unsigned cpu = 0;
        size_t count = 64;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = add_command(group, "list", "Print the last exits of a CPU one by one.",
                                    "brig trace list 1 -n 20");
    command->add_option("CPU", arguments->cpu, "logical number of the CPU")->required();
    command->add_option("-n,--count", arguments->count, "at most that many")->capture_default_str();
    arguments->from.add_options(*command);
    command->callback([arguments] {
        fmt::print("{}",
                   trace::exits_text(arguments->from.load(), arguments->cpu, arguments->count));
    });
}

using Writer = std::string (*)(const trace::Recording&);

void add_writer(CLI::App& group, const char* name, const char* description, const char* example,
                Writer writer) {
    struct Arguments {
        From from;
        std::string output;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = add_command(group, name, description, example);
    arguments->from.add_options(*command);
    command->add_option("-o,--output", arguments->output,
                        "file to write; default: standard output");
    command->callback([arguments, writer] {
        const std::string text = writer(arguments->from.load());
        if (arguments->output.empty())
            fmt::print("{}", text);
        else
            write_file(arguments->output, text);
    });
}

std::string events_text(const trace::Recording& recording) {
    using Json = nlohmann::ordered_json;
    return trace::trace_events(recording).dump(-1, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

} // namespace

void add_trace_commands(Program& program) {
    CLI::App* group = add_command(
        program.app, "trace",
        "Record why and when CPUs enter the hypervisor. Off by default, and then without cost.",
        "brig trace record --seconds 5\n  brig trace report --from trace.brig");
    group->require_subcommand(1);
    add_switch(*group, true, "Switch tracing on. Each CPU keeps its last exits in a ring.");
    add_switch(*group, false, "Switch tracing off. The rings keep what they have.");
    add_record_command(program, *group);
    add_report(*group);
    add_list(*group);
    add_writer(*group, "export",
               "Write the exits as JSON in the Trace Event Format, which https://ui.perfetto.dev "
               "and chrome://tracing open: a process per cell, a thread per CPU.",
               "brig trace export --from trace.brig -o trace.json", events_text);
    add_writer(*group, "plot", "Draw the exits of each CPU over time, as SVG.",
               "brig trace plot --from trace.brig -o trace.svg", trace::plot_svg);
}

} // namespace brig::cli
