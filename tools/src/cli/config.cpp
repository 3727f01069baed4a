// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "config/check_report.hpp"
#include "config/checks.hpp"
#include "config/compile.hpp"
#include "config/dump.hpp"
#include "map/render.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace brig::cli {

namespace {

using namespace brig::config;

struct ConfigArguments {
    std::string file;
    std::vector<std::string> files;
    std::string output;
    std::string depfile;
    std::string board;
    DtcOptions dtc;
    bool json = false;
};

using Shared = std::shared_ptr<ConfigArguments>;

// Those with a word of `accept` end in it: "[shared-page]". Returns the number of errors.
size_t print_findings(const std::string& file, const Findings& findings) {
    size_t errors = 0;
    for (const auto& finding : findings) {
        if (finding.severity == Severity::Accepted)
            continue;
        bool error = finding.severity == Severity::Error;
        errors += error;
        std::string_view word = accept_word(finding.test);
        fmt::print(stderr, "{}: {}: {}{}\n", file, error ? "error" : "warning", finding.text,
                   word.empty() ? "" : fmt::format(" [{}]", word));
    }
    return errors;
}

// Who has what, to look at.
void add_maps(Compiled& result) {
    const Partition& partition = result.partition;
    board::Names names;
    if (partition.board)
        names = board::read_names(partition.board->tree);
    map::Map map = map::make_map({partition.configuration, partition.reserved, names,
                                  result.findings, partition.configuration.system.root.name});
    std::string text = map_text(map, {100, false, true, false});
    std::string drawing = map_svg(map);
    result.files.push_back({"map.txt", Bytes(text.begin(), text.end())});
    result.files.push_back({"map.svg", Bytes(drawing.begin(), drawing.end())});
}

int run_compile(const ConfigArguments& arguments) {
    Compiled result = compile(arguments.file, {arguments.dtc, arguments.board});
    size_t errors = print_findings(arguments.file, result.findings);
    if (errors)
        fail("compiling {}: {} error{} (see above); nothing was written", arguments.file, errors,
             errors == 1 ? "" : "s");
    add_maps(result);
    write_files(arguments.output, result.files);
    if (!arguments.depfile.empty()) {
        std::string rule = fmt::format("{}/root.cell:{}\n", arguments.output, result.dependencies);
        std::filesystem::path path(arguments.depfile);
        write_files(path.has_parent_path() ? path.parent_path() : ".",
                    {{path.filename().string(), Bytes(rule.begin(), rule.end())}});
    }
    return 0;
}

int run_dump(const ConfigArguments& arguments) {
    ParsedFile file = parse_file(read_file(arguments.file, "configuration"), arguments.file);
    if (arguments.json)
        fmt::print("{}", json_text(dump_json(file)));
    else
        fmt::print("{}", dump_text(file));
    return 0;
}

int run_check(const ConfigArguments& arguments) {
    Configuration configuration;
    configuration.system =
        parse_system(read_file(arguments.file, "system configuration"), arguments.file);
    for (const auto& name : arguments.files)
        configuration.cells.push_back(parse_cell(read_file(name, "cell configuration"), name));
    Findings findings = check(configuration, binary_words());
    if (arguments.json)
        fmt::print("{}", json_text(check_report_json(configuration, findings)));
    else
        fmt::print("{}", check_report(configuration, findings));
    return has_errors(findings) ? 1 : 0;
}

void add_compile(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<ConfigArguments>();
    CLI::App* command = add_command(
        group, "compile",
        "Compile a partition file into the configuration files root.cell and NAME.cell for every "
        "cell, and the overlay reserved-memory.dtbo (with its source .dtso) for the board's device "
        "tree. With the board's tree (--board, or `board-tree` in the file) the partition is "
        "written in its terms and checked against it, and there are also merged.dtb (board tree "
        "and overlay), cmdline (words for Linux's command line), report.txt and report.json (who "
        "has what, warnings). map.txt and map.svg draw it. Faulty input writes nothing.",
        "brig config compile partition.dts --board board.dtb -o out");
    command->add_option("PARTITION", arguments->file, "partition file (device-tree source or blob)")
        ->required();
    command->add_option("-o,--output", arguments->output, "directory for the files")->required();
    command->add_option("--board", arguments->board,
                        "the board's device tree (blob or source), instead of what the partition "
                        "file names with `board-tree`");
    command->add_option("--dtc", arguments->dtc.dtc, "device-tree compiler")->capture_default_str();
    command
        ->add_option("--include", arguments->dtc.include_directories,
                     "directory for /include/ files and for the board's tree; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--depfile", arguments->depfile,
                        "write the source files as a make rule to this file");
    command->callback([&program, arguments] { program.status = run_compile(*arguments); });
}

void add_dump(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<ConfigArguments>();
    CLI::App* command =
        add_command(group, "dump", "Print everything that a system or cell file says.",
                    "brig config dump out/hello.cell");
    command->add_option("FILE", arguments->file, "system or cell file, revision 14")->required();
    command->add_flag("--json", arguments->json, "print JSON");
    command->callback([&program, arguments] { program.status = run_dump(*arguments); });
}

void add_check(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<ConfigArguments>();
    CLI::App* command = add_command(
        group, "check",
        "Look for faults in a set of binary configuration files that exist together: overlaps, "
        "things given twice, accesses that must trap but would not. Exit status: 0 clean, 1 "
        "findings or unreadable input, 2 wrong usage.",
        "brig config check out/root.cell out/hello.cell");
    command->add_option("SYSCONFIG", arguments->file, "system file")->required();
    command->add_option("CELLCONFIG", arguments->files, "cell files");
    command->add_flag("--json", arguments->json, "print JSON");
    command->callback([&program, arguments] { program.status = run_check(*arguments); });
}

} // namespace

void add_config_commands(Program& program) {
    CLI::App* group =
        add_command(program.app, "config", "Make, show and check configuration files.",
                    "brig config compile partition.dts -o out");
    group->require_subcommand(1);
    add_compile(program, *group);
    add_dump(program, *group);
    add_check(program, *group);
    add_import_command(program, *group);
}

} // namespace brig::cli
