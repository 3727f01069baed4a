// SPDX-License-Identifier: Apache-2.0
#include "config/import.hpp"
#include "board/names.hpp"
#include "cli/cli.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>

namespace brig::cli {

namespace {

using namespace brig::config;

struct ImportArguments {
    std::vector<std::string> files;
    std::string output;
    std::string board;
    ImportOptions options;
};

int run_import(const ImportArguments& arguments) {
    std::vector<ImportFile> files;
    for (const auto& name : arguments.files)
        files.push_back({name, read_file(name, "configuration")});
    ImportOptions options = arguments.options;
    if (!arguments.board.empty())
        options.names = board::read_names(board::Tree::load(arguments.board));
    Imported result = import_files(files, options);
    if (arguments.output.empty())
        fmt::print("{}", result.source);
    else
        write_file(arguments.output, result.source);
    for (const auto& text : result.warnings)
        fmt::print(stderr, "warning: {}\n", text);
    for (const auto& text : result.notes)
        fmt::print(stderr, "note: {}\n", text);
    for (const auto& text : result.verdicts)
        fmt::print(stderr, "{}\n", text);
    return 0;
}

} // namespace

void add_import_command(Program& program, CLI::App& config_group) {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* command = add_command(
        config_group, "import",
        "Make a partition file of binary configuration files (revision 14, 13 or 12) of any "
        "origin: one system file and any number of cell files, or cell files alone. What the "
        "language cannot express becomes a comment and a warning. The result is compiled again and "
        "compared with the files.",
        "brig config import root.cell hello.cell -o partition.dts");
    command->add_option("FILE", arguments->files, "system and cell files")->required();
    command->add_option("-o,--output", arguments->output,
                        "partition file to write; default: standard output");
    command->add_option("--board", arguments->board,
                        "the board's device tree (.dtb): devices are named in comments");
    const std::map<std::string, OldStreamIds> choices = {{"refuse", OldStreamIds::Refuse},
                                                         {"keep", OldStreamIds::Keep},
                                                         {"drop", OldStreamIds::Drop}};
    command
        ->add_option("--old-stream-ids", arguments->options.old_stream_ids,
                     "refuse (default), keep or drop stream ids of an MMU-500 in files of revision "
                     "12 and 13, which wrote them in two ways")
        ->transform(CLI::CheckedTransformer(choices));
    command->add_option("--dtc", arguments->options.dtc.dtc, "device-tree compiler")
        ->capture_default_str();
    command->callback([&program, arguments] { program.status = run_import(*arguments); });
}

} // namespace brig::cli
