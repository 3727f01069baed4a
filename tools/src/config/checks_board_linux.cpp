// SPDX-License-Identifier: Apache-2.0
// What of a cell's devices stays in other hands: clocks, power, pins, interrupts.
#include "config/checks_board.hpp"
#include "config/references.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace brig::config {

namespace {

bool is_fixed(const board::Node& provider) {
    return provider.compatible("fixed-clock") || provider.compatible("fixed-factor-clock");
}

// "2 clocks of /clock-controller@fd7c0000"
void add_supplies(std::vector<std::string>& texts, const char* what,
                  const std::vector<board::Supply>& supplies) {
    std::map<const board::Node*, std::vector<std::string>> by_provider;
    for (const auto& supply : supplies)
        if (supply.provider && !is_fixed(*supply.provider))
            by_provider[supply.provider].push_back(supply.name);
    for (const auto& [provider, names] : by_provider) {
        std::vector<std::string> named;
        std::copy_if(names.begin(), names.end(), std::back_inserter(named),
                     [](const std::string& name) { return !name.empty(); });
        texts.push_back(
            fmt::format("{} {}{}{} of {}", names.size(), what, names.size() == 1 ? "" : "s",
                        named.empty() ? "" : " (" + joined(named) + ")", provider->path));
    }
}

// Firmware switches these; the keeper asks it like any other provider.
bool through_firmware(const board::Device& device) {
    for (const auto* supplies : {&device.clocks, &device.power_domains, &device.resets})
        for (const auto& supply : *supplies)
            if (supply.provider && supply.provider->path.starts_with("/firmware/"))
                return true;
    return false;
}

// Other things of Linux that the device uses, by property.
std::vector<std::string> other_supplies(const board::Tree& tree, const board::Node& node) {
    std::vector<std::string> texts;
    for (const auto& [provider, property] : references_of(tree, node)) {
        bool counts = property == "dmas" || property == "phys" || property.ends_with("-supply") ||
                      property == "gpios" || property.ends_with("-gpios") ||
                      property.ends_with("-gpio");
        std::string text = fmt::format("{} ({})", property, provider->path);
        if (counts && std::find(texts.begin(), texts.end(), text) == texts.end())
            texts.push_back(text);
    }
    return texts;
}

void check_clocks(BoardReport& report, const Holding& holding, const board::Device& device) {
    std::vector<std::string> kept;
    add_supplies(kept, "clock", device.clocks);
    add_supplies(kept, "power domain", device.power_domains);
    add_supplies(kept, "reset", device.resets);
    std::vector<std::string> others = other_supplies(report.board.tree, *device.node);
    if (kept.empty() && others.empty())
        return;
    std::string text = fmt::format("{}: {} depends on Linux: ", holding.where, device.node->path);
    if (!kept.empty()) {
        text += joined(kept) +
                " stay under its control. brig.ko keeps them on while a cell has the device, but "
                "Linux can still change the rate of a clock through a shared parent";
        if (through_firmware(device))
            text += "; those of /firmware belong to the firmware, which Linux must still reach";
    }
    if (!others.empty())
        text += fmt::format("{}{} stay with Linux: it can switch them off, and the cell cannot ask "
                            "for them",
                            kept.empty() ? "" : ". Besides, ", joined(others));
    report.warning(Test::LinuxClocks, holding.where, std::move(text));
}

// The merged tree tells Linux to leave the device alone, so nobody there sets up its pins.
void check_setup(BoardReport& report, const Holding& holding, const board::Device& device) {
    if (!holding.given || holding.given->keeps_status)
        return;
    std::vector<const board::Node*> pins;
    for (const auto& [provider, property] : references_of(report.board.tree, *device.node))
        if (property == "pinctrl-0")
            pins.push_back(provider);
    if (!pins.empty())
        report.warning(Test::DeviceSetup, holding.where,
                       fmt::format("{}: {}: Linux will leave this device alone, so its pins ({}) "
                                   "are as the boot loader or the cell sets them. To have Linux "
                                   "set them, give the device with `leave-enabled` and unbind its "
                                   "driver before the cell is created",
                                   holding.where, device.node->path, some_paths(pins)));
}

void check_lost(BoardReport& report, const Holding& holding, const board::Device& device) {
    if (device.foreign_interrupts)
        report.warning(Test::LostInterrupts, holding.where,
                       fmt::format("{}: {} has {} interrupt{} that {} not reach the GIC directly "
                                   "(but GPIO or the like): the cell does not get {}",
                                   holding.where, device.node->path, device.foreign_interrupts,
                                   device.foreign_interrupts == 1 ? "" : "s",
                                   device.foreign_interrupts == 1 ? "does" : "do",
                                   device.foreign_interrupts == 1 ? "it" : "them"));
}

bool belongs(const Cell& cell, const board::Device* device) {
    for (const auto& given : cell.devices)
        if (std::find(given.parts.begin(), given.parts.end(), device) != given.parts.end())
            return true;
    for (const auto& region : cell.regions)
        for (const auto& reg : device->registers)
            if (region.explicit_device() && region.phys_range().overlaps(reg.range))
                return true;
    return false;
}

// Enabled devices of others that use the interrupt.
std::vector<const board::Node*> strangers(const BoardReport& report, const Cell& cell,
                                          unsigned intid) {
    std::vector<const board::Node*> result;
    for (const board::Device* device : report.board.users_of(intid))
        if (device->enabled() && !belongs(cell, device))
            result.push_back(device->node);
    return result;
}

// `num-interrupts` is a statement of the partition file; the tree can refute it.
void check_tree_interrupts(BoardReport& report) {
    unsigned count = report.partition.configuration.system.num_interrupts;
    for (const auto& device : report.board.facts.devices)
        for (const auto& interrupt : device.interrupts)
            if (interrupt.intid >= count) {
                report.error(Test::InvalidInterrupts, "/hypervisor/gic",
                             fmt::format("/hypervisor/gic: num-interrupts: {} of the board tree "
                                         "has INTID {}, but the last one would be {}",
                                         device.node->path, interrupt.intid, count - 1));
                return;
            }
}

} // namespace

void check_linux_control(BoardReport& report) {
    for (const auto& holding : holdings(report.partition))
        for (const board::Device* device : holding.parts) {
            check_clocks(report, holding, *device);
            check_setup(report, holding, *device);
            check_lost(report, holding, *device);
        }
}

void check_board_interrupts(BoardReport& report) {
    const System& system = report.partition.configuration.system;
    for (const auto& cell : report.partition.configuration.cells)
        for (unsigned intid : cell.interrupts()) {
            auto others = strangers(report, cell, intid);
            if (!others.empty())
                report.warning(Test::ForeignInterrupts, cell.where,
                               fmt::format("{}: interrupts: INTID {} is used by {}, which the cell "
                                           "does not have: that device loses its interrupt",
                                           cell.where, intid, some_paths(others)));
        }
    check_tree_interrupts(report);
    std::vector<const Cell*> cells = {&system.root};
    for (const auto& cell : report.partition.configuration.cells)
        cells.push_back(&cell);
    for (const Cell* cell : cells)
        for (unsigned i = 0; cell->vpci_irq_base && i < 4; i++) {
            unsigned intid = cell->vpci_irq_base + 32 + i;
            auto users = report.board.users_of(intid);
            if (!users.empty())
                report.warning(Test::ForeignInterrupts, cell->where,
                               fmt::format("{}: virtual-pci-interrupts: INTID {}, one of its four, "
                                           "is that of {}",
                                           cell->where, intid, users[0]->node->path));
        }
}

} // namespace brig::config
