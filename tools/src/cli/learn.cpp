// SPDX-License-Identifier: Apache-2.0
#include "device/learn.hpp"
#include "cli/cli.hpp"
#include "device/names.hpp"
#include "learn/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <memory>

namespace brig::cli {

namespace {

constexpr const char* live_tree = "/sys/firmware/fdt";
constexpr const char* live_symbols = "/proc/kallsyms";

struct LearnArguments {
    std::string file;
    std::string board;
    std::string kallsyms;
    bool json = false;
};

std::set<uint64_t> program_counters(const learn::Record& record) {
    std::set<uint64_t> addresses;
    for (const auto& region : record.regions)
        addresses.insert(region.pc);
    for (const auto& call : record.calls)
        addresses.insert(call.pc);
    return addresses;
}

// This machine's tree and symbols explain this machine's record only.
void report(LearnArguments arguments) {
    const bool live = arguments.file.empty();
    if (live && arguments.board.empty() && std::filesystem::exists(live_tree))
        arguments.board = live_tree;
    if (live && arguments.kallsyms.empty())
        arguments.kallsyms = live_symbols;
    const learn::Record record =
        live ? learn::parse_record(device::read_learn_record(device::names().sysfs), "learn_record")
             : learn::load_record(arguments.file);
    std::optional<board::Tree> tree;
    if (!arguments.board.empty())
        tree = board::Tree::load(arguments.board);
    const learn::Findings findings = learn::interpret(record, tree ? &*tree : nullptr);
    const learn::Symbols symbols =
        learn::find_symbols(arguments.kallsyms, program_counters(record));
    if (arguments.json)
        fmt::print("{}", json_text(learn::report_json(record, findings, symbols)));
    else
        fmt::print("{}", learn::report_text(record, findings, symbols));
    if (!tree && !findings.places.empty())
        fmt::print(stderr, "brig learn report: no device tree: --board BOARD.dtb would name the "
                           "devices and find their whole register blocks\n");
}

void add_report(CLI::App& group) {
    auto arguments = std::make_shared<LearnArguments>();
    CLI::App* command = add_command(
        group, "report",
        "Print what the root cell lacks: lines for the partition file, with the devices they "
        "belong to, and for the board's SMC policy. Works after `brig disable` too.",
        "brig learn report\n  brig learn report --from board.learn --board board.dtb");
    command->add_option("--from", arguments->file,
                        "a saved record (brig learn save), or a log of the hypervisor's console");
    command->add_option(
        "--board", arguments->board,
        fmt::format("the board's device tree; default: {}, unless --from is given", live_tree));
    command->add_option("--kallsyms", arguments->kallsyms,
                        fmt::format("list of the kernel's symbols; default: {}, unless --from is "
                                    "given",
                                    live_symbols));
    command->add_flag("--json", arguments->json, "print JSON");
    command->callback([arguments] { report(*arguments); });
}

void add_save(CLI::App& group) {
    auto file = std::make_shared<std::string>();
    CLI::App* command =
        add_command(group, "save", "Save the record to a file, for a report elsewhere or later.",
                    "brig learn save board.learn");
    command->add_option("FILE", *file, "file to write")->required();
    command->callback([file] {
        const Bytes record = device::read_learn_record(device::names().sysfs);
        if (record.empty())
            fail("saving the record of learn mode: nothing has been learned: switch it on with "
                 "`brig learn on` or `brig enable --learn`");
        const std::filesystem::path path(*file);
        write_files(path.has_parent_path() ? path.parent_path() : ".",
                    {{path.filename().string(), record}});
    });
}

void add_switch(CLI::App& group, const char* word, const char* description) {
    CLI::App* command = add_command(group, word, description, fmt::format("brig learn {}", word));
    command->callback([word] { device::switch_learn_mode(device::names().sysfs, word); });
}

} // namespace

void add_learn_commands(Program& program) {
    CLI::App* group = add_command(
        program.app, "learn",
        "Find out what a new board's configuration lacks: while learn mode is on, the root cell "
        "reaches everything that belongs to nobody, and it is recorded.",
        "brig enable --learn root.cell\n  brig learn report");
    group->require_subcommand(1);
    add_switch(*group, "on", "Switch learn mode on.");
    add_switch(
        *group, "off",
        "Switch learn mode off. What has been learned stays reachable until `brig disable`.");
    add_switch(*group, "clear", "Empty the record. What is still in use is recorded anew.");
    add_report(*group);
    add_save(*group);
}

} // namespace brig::cli
