// SPDX-License-Identifier: Apache-2.0
// The tree that the emulated machine is built from.
#include "rehearse/edit.hpp"
#include "rehearse/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::rehearse {

using namespace brig::board;

namespace {

// `reg` of RAM; a bank that is too large for one size cell becomes several.
std::vector<uint32_t> bank_cells(const std::vector<Range>& banks, unsigned address_cells,
                                 unsigned size_cells) {
    std::vector<uint32_t> reg;
    for (Range bank : banks) {
        constexpr uint64_t most = uint64_t{1} << 31;
        while (size_cells == 1 && bank.size() > most) {
            auto piece = range_cells(make_range(bank.first, most), address_cells, size_cells);
            reg.insert(reg.end(), piece.begin(), piece.end());
            bank.first += most;
        }
        auto rest = range_cells(bank, address_cells, size_cells);
        reg.insert(reg.end(), rest.begin(), rest.end());
    }
    return reg;
}

void put_memory(Edit& edit, const Tree& tree, const std::vector<Range>& banks) {
    const Node& root = tree.root();
    for (const Node* node : root.children)
        if (node->text("device_type") == "memory")
            edit.drop(*node);
    auto reg = bank_cells(banks, root.address_cells(), root.size_cells());
    edit.add(root, {fmt::format("memory@{:x}", banks.front().first),
                    {{"device_type", text_value("memory")}, {"reg", cells_value(reg)}}});
}

// CPUs are started by PSCI through SMC, as Brig needs it.
void put_psci(Edit& edit, const Tree& tree, const Facts& facts, std::vector<Note>& assumptions) {
    bool good = facts.psci && facts.psci->method == "smc" && facts.psci->version >= 2;
    if (!good) {
        for (const Node* node : tree.root().children)
            if (node->base_name() == "psci" || node->compatible("arm,psci"))
                edit.drop(*node);
        Bytes compatible = text_value("arm,psci-1.0");
        Bytes older = text_value("arm,psci-0.2");
        compatible.insert(compatible.end(), older.begin(), older.end());
        edit.add(tree.root(),
                 {"psci", {{"compatible", compatible}, {"method", text_value("smc")}}});
    }
    bool others = false;
    for (size_t i = 0; i < facts.cpus.size(); i++) {
        const Node& node = *facts.cpus[i].node;
        if (i >= max_cpus)
            edit.set(node, "status", text_value("disabled"));
        others = others || facts.cpus[i].enable_method != "psci";
        edit.set(node, "enable-method", text_value("psci"));
        edit.remove(node, "cpu-release-addr");
    }
    if (!good || others)
        assumptions.push_back({"psci",
                               "The tree does not start CPUs by PSCI through SMC; the twin's "
                               "firmware does.",
                               "Use firmware with PSCI on the board (Trusted Firmware-A)."});
}

void put_console(Edit& edit, const Tree& tree, const Facts& facts, const Twin& twin,
                 std::vector<Note>& assumptions) {
    const Node& uart = *tree.find(twin.console);
    if (!uart.enabled()) {
        edit.set(uart, "status", text_value("okay"));
        assumptions.push_back({"uart",
                               fmt::format("{} is disabled in the tree; the twin uses it, as "
                                           "no other UART has a model.",
                                           twin.console),
                               "Enable it in the board's tree if it is the debug console."});
    }
    bool same = facts.console.node && facts.console.node->path == twin.console &&
                facts.console.source == "stdout-path";
    if (same)
        return;
    if (const Node* chosen = tree.find("/chosen"))
        edit.set(*chosen, "stdout-path", text_value(twin.console + ":115200n8"));
    else
        edit.add(tree.root(),
                 {"chosen", {{"stdout-path", text_value(twin.console + ":115200n8")}}});
    assumptions.push_back(
        {"console",
         facts.console.node
             ? fmt::format("The console, {}, was not taken from the tree's stdout-path.",
                           twin.console)
             : fmt::format("The tree names no console; {} was taken.", twin.console),
         "See which UART the board's kernel prints on."});
}

// The Arm BSA recommends PPI 9 for it, and the machine takes that.
void put_maintenance(Edit& edit, const Facts& facts, std::vector<Note>& assumptions) {
    const Gic& gic = *facts.gic;
    if (gic.maintenance_irq)
        return;
    std::vector<uint32_t> cells = {1, 9, gic.version == 2 ? 0xf04u : 4u};
    cells.resize(std::clamp(gic.node->cell("#interrupt-cells").value_or(3), 3u, 8u));
    edit.set(*gic.node, "interrupts", cells_value(cells));
    edit.set(*gic.node, "interrupt-parent", cells_value({edit.phandle_of(*gic.node)}));
    assumptions.push_back({"maintenance-irq",
                           "The tree does not say the GIC's maintenance interrupt; INTID 25 was "
                           "taken.",
                           "Find the PPI in the SoC's manual."});
}

} // namespace

Bytes machine_tree(const Tree& tree, const Facts& facts, const Twin& twin,
                   std::vector<Note>& assumptions) {
    Edit edit(tree);
    put_memory(edit, tree, twin.memory);
    put_psci(edit, tree, facts, assumptions);
    put_maintenance(edit, facts, assumptions);
    put_console(edit, tree, facts, twin, assumptions);
    return edit.write();
}

} // namespace brig::rehearse
