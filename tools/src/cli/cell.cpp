// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"

#include "cli/cli.hpp"
#include "device/learn.hpp"
#include "device/names.hpp"

#include <fmt/format.h>

#include <memory>

namespace brig::cli {

namespace {

using device::CellRef;

constexpr const char* cell_help = "id or name of the cell";

struct CellArgument {
    std::string word;
    bool force_name = false;

    CellRef ref() const { return device::parse_cell_ref(word, force_name); }
};

std::shared_ptr<CellArgument> add_cell_argument(CLI::App& command) {
    auto argument = std::make_shared<CellArgument>();
    command.add_option("CELL", argument->word, cell_help)->required();
    command.add_flag("--name", argument->force_name, "CELL is a name, even if it is a number");
    return argument;
}

template <typename Action>
void add_simple(CLI::App& group, const char* name, const char* description, Action action) {
    CLI::App* command =
        add_command(group, name, description, fmt::format("brig cell {} hello", name));
    auto argument = add_cell_argument(*command);
    command->callback([argument, action] { action(argument->ref()); });
}

void add_create(CLI::App& group) {
    auto file = std::make_shared<std::string>();
    CLI::App* command = add_command(
        group, "create", "Create a cell: its CPUs, memory and devices leave the root cell.",
        "brig cell create hello.cell");
    command->add_option("CELLCONFIG", *file, "cell file")->required();
    command->callback(
        [file] { device::create_cell(read_file(*file, "cell configuration"), *file); });
}

void add_list(CLI::App& group) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = add_command(group, "list", "List all cells.", "brig cell list");
    command->add_flag("--json", *json, "print JSON");
    command->callback([json] {
        auto cells = device::list_cells(device::names().sysfs);
        fmt::print("{}", *json ? list_json(cells) : list_table(cells));
        if (device::learn_state(device::names().sysfs) == "on")
            fmt::print(stderr, "Learn mode is on: the root cell reaches more than its "
                               "configuration gives it (see `brig learn --help`).\n");
    });
}

void add_load(CLI::App& group) {
    CLI::App* command = add_command(
        group, "load", "Load images into a cell, in the order given; a running cell is shut down.",
        "brig cell load hello hello.bin -s \"con-type=none\" -a 0x1000");
    command->footer("Arguments: [--name] CELL { IMAGE | -s STRING } [-a ADDRESS] ...\n"
                    "  IMAGE                 file to load\n"
                    "  -s,--string STRING    text to load, with its terminating NUL\n"
                    "  -a,--address ADDRESS  guest address of the image before (default 0)\n\n" +
                    command->get_footer());
    // The order of options and images matters, so the words are taken as they are.
    command->allow_extras();
    command->callback([command] {
        LoadRequest request = parse_load(command->remaining());
        device::load_cell(request.cell, request.images);
    });
}

} // namespace

void add_cell_commands(Program& program) {
    CLI::App* group = add_command(program.app, "cell", "Create, load, start, stop and watch cells.",
                                  "brig cell create hello.cell\n  brig cell load hello hello.bin\n"
                                  "  brig cell start hello");
    group->require_subcommand(1);
    add_create(*group);
    add_load(*group);
    add_simple(*group, "start", "Start a cell, or start it anew.", device::start_cell);
    add_simple(*group, "shutdown", "Stop a cell; it keeps what it has and can be loaded again.",
               [](const CellRef& cell) { device::load_cell(cell, {}); });
    add_simple(*group, "destroy", "Destroy a cell: everything goes back to the root cell.",
               device::destroy_cell);
    add_list(*group);
    add_stats_command(*group);
}

} // namespace brig::cli
