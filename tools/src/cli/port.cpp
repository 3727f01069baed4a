// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"
#include "cli/cli.hpp"
#include "port/inspect.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace brig::cli {

namespace {

struct Arguments {
    std::string board;
    std::string iomem;
    bool json = false;
};

board::Facts facts_of(const board::Tree& tree, const Arguments& arguments) {
    std::optional<board::Iomem> iomem;
    if (!arguments.iomem.empty())
        iomem = board::load_iomem(arguments.iomem);
    return board::read_facts(tree, iomem);
}

int run_inspect(const Arguments& arguments) {
    board::Tree tree = board::Tree::load(arguments.board);
    board::Facts facts = facts_of(tree, arguments);
    if (arguments.json)
        fmt::print("{}\n", port::inspect_json(facts).dump(2));
    else
        fmt::print("{}", port::inspect_text(tree, facts));
    return 0;
}

void add_board_options(CLI::App* command, const std::shared_ptr<Arguments>& arguments) {
    command->add_option("BOARD", arguments->board, "the board's device tree (.dtb)")->required();
    command->add_option("--iomem", arguments->iomem,
                        "copy of /proc/iomem of the running board (made as root): its RAM, where "
                        "the boot loader fills it in");
}

void add_inspect(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = add_command(
        group, "inspect",
        "Show what matters for a port: CPUs, interrupt controller, console, firmware, memory, and "
        "a numbered list of what the porter must look after.",
        "brig port inspect rk3588-orangepi-5-plus.dtb --iomem iomem.txt");
    add_board_options(command, arguments);
    command->add_flag("--json", arguments->json, "print JSON");
    command->callback([&program, arguments] { program.status = run_inspect(*arguments); });
}

} // namespace

void add_port_commands(Program& program) {
    CLI::App* group = add_command(program.app, "port", "Bring Brig to a new board.",
                                  "brig port inspect board.dtb");
    group->require_subcommand(1);
    add_inspect(program, *group);
}

} // namespace brig::cli
