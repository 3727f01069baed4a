// SPDX-License-Identifier: Apache-2.0
#include "rehearse/parts.hpp"

#include "config/overlay.hpp"
#include "util/error.hpp"

namespace brig::rehearse {

using namespace brig::board;

namespace {

// Open points that stop a port stop its rehearsal.
void check_runs(const Facts& facts, const std::string& name) {
    std::string reasons;
    for (const OpenPoint& point : facts.open_points)
        if (point.kind == OpenPoint::Kind::Blocks)
            reasons += "\n  " + point.text + " " + point.todo;
    if (!reasons.empty())
        fail("making a twin of {}: Brig cannot run on it as the tree describes it:{}", name,
             reasons);
}

} // namespace

Twin derive(const Bytes& board_tree, const std::string& name, const Options& options) {
    Tree tree = Tree::parse(board_tree, name);
    Facts facts = read_facts(tree);
    check_runs(facts, name);
    auto console = console_uart(tree, facts);
    if (!console)
        fail("making a twin of {}: none of its UARTs has a model{}. Models: those that Brig "
             "drives (8250, PL011, i.MX, LPUART, Cadence, Armada 3700, SCIF, HSCIF) but the SCIFA",
             name,
             facts.console.node ? " (its console is " + facts.console.node->text("compatible") + ")"
                                : "");
    Twin twin;
    twin.model = facts.model;
    twin.console = console->node->path;
    twin.console_model = console->model;
    twin.memory = installed_memory(tree, facts, options, twin.assumptions);
    twin.firmware = read_firmware(tree, facts, twin.assumptions);
    twin.firmware.place = free_place(facts, twin.memory);
    twin.machine_tree = machine_tree(tree, facts, twin, twin.assumptions);

    Bytes merged = options.overlay.empty()
                       ? twin.machine_tree
                       : config::apply_overlay(twin.machine_tree, options.overlay);
    Tree machine = Tree::parse(merged, name);
    Facts complete = read_facts(machine);
    twin.linux_tree = linux_tree(machine, twin, twin.disabled);
    twin.check_list = check_list(machine, complete, twin);
    return twin;
}

} // namespace brig::rehearse
