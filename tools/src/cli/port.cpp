// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"
#include "cli/cli.hpp"
#include "port/generate.hpp"
#include "port/inspect.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <memory>

namespace brig::cli {

namespace {

struct PortArguments {
    std::string board;
    std::string iomem;
    std::string name;
    std::string output = "bsp";
    bool json = false;
};

board::Facts facts_of(const board::Tree& tree, const PortArguments& arguments) {
    std::optional<board::Iomem> iomem;
    if (!arguments.iomem.empty())
        iomem = board::load_iomem(arguments.iomem);
    return board::read_facts(tree, iomem);
}

int run_inspect(const PortArguments& arguments) {
    board::Tree tree = board::Tree::load(arguments.board);
    board::Facts facts = facts_of(tree, arguments);
    if (arguments.json)
        fmt::print("{}", json_text(port::inspect_json(facts)));
    else
        fmt::print("{}", port::inspect_text(tree, facts));
    return 0;
}

int run_new(const PortArguments& arguments) {
    board::Tree tree = board::Tree::load(arguments.board);
    board::Facts facts = facts_of(tree, arguments);
    port::check_name(arguments.name);
    auto folder = port::write_bsp(arguments.output, port::generate(tree, facts, arguments.name),
                                  arguments.name);
    fmt::print("{}", port::summary(facts, folder, arguments.name));
    return 0;
}

void add_board_options(CLI::App* command, const std::shared_ptr<PortArguments>& arguments) {
    command->add_option("BOARD", arguments->board, "the board's device tree (.dtb)")->required();
    command->add_option("--iomem", arguments->iomem,
                        "copy of /proc/iomem of the running board (made as root): its RAM, where "
                        "the boot loader fills it in");
}

void add_inspect(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<PortArguments>();
    CLI::App* command = add_command(
        group, "inspect",
        "Show what matters for a port: CPUs, interrupt controller, console, firmware, memory, and "
        "a numbered list of what the porter must look after.",
        "brig port inspect rk3588-orangepi-5-plus.dtb --iomem iomem.txt");
    add_board_options(command, arguments);
    command->add_flag("--json", arguments->json, "print JSON");
    command->callback([&program, arguments] { program.status = run_inspect(*arguments); });
}

void add_new(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<PortArguments>();
    CLI::App* command = add_command(
        group, "new",
        "Write the folder bsp/NAME/ for a board: record, Kconfig, defconfig, a partition file to "
        "start from and notes on what is still to be confirmed. It builds at once with "
        "`make BOARD=NAME`. Nothing is written when anything is wrong or the folder exists.",
        "brig port new rk3588-orangepi-5-plus.dtb --name my-board --iomem iomem.txt");
    add_board_options(command, arguments);
    command
        ->add_option("--name", arguments->name,
                     "name of the board: lower-case letters, digits and single dashes")
        ->required();
    command->add_option("-o,--output", arguments->output, "the folder that gets NAME/")
        ->capture_default_str();
    command->callback([&program, arguments] { program.status = run_new(*arguments); });
}

} // namespace

void add_port_commands(Program& program) {
    CLI::App* group = add_command(program.app, "port", "Bring Brig to a new board.",
                                  "brig port inspect board.dtb");
    group->require_subcommand(1);
    add_inspect(program, *group);
    add_new(program, *group);
}

} // namespace brig::cli
