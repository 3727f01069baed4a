// SPDX-License-Identifier: Apache-2.0
// Devices handed to cells: who else can reach their registers, and what they can reach.
#include "config/checks_board.hpp"
#include "config/references.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

bool holds(const Holding& holding, const board::Device* device) {
    return std::find(holding.parts.begin(), holding.parts.end(), device) != holding.parts.end();
}

// Is the node one of the devices, or inside of one?
bool belongs(const Holding& holding, const board::Node& node) {
    return std::any_of(holding.parts.begin(), holding.parts.end(), [&](const auto* part) {
        return part->node == &node || node.path.starts_with(part->node->path + "/");
    });
}

// Devices behind IOMMUs that the hypervisor does not drive count as unprotected.
void check_dma(BoardReport& report, const Holding& holding, const board::Device& device) {
    if (!device.dma_master)
        return;
    const auto& driven = report.partition.iommus;
    std::vector<const board::Node*> idle;
    for (const auto& streams : device.streams)
        if (std::find(driven.begin(), driven.end(), streams.iommu) == driven.end() &&
            std::find(idle.begin(), idle.end(), streams.iommu) == idle.end())
            idle.push_back(streams.iommu);
    if (!device.streams.empty() && idle.empty())
        return;
    std::string cure =
        device.streams.empty()
            ? "No IOMMU is in front of it"
            : fmt::format("Its IOMMU {} is not driven by the hypervisor: add `iommu {{ of = "
                          "\"{}\"; }};` to /hypervisor",
                          idle[0]->path, report.board.tree.name_of(*idle[0]));
    report.error(Test::DmaIsolation, holding.where,
                 fmt::format("{}: {} is a DMA master ({}): through it the cell reaches all memory "
                             "of the machine, by host addresses. {}",
                             holding.where, device.node->path, device.dma_reason, cure));
}

// Users of clocks, resets and power count even if disabled: the controller has more to it than what
// is in use today.
bool is_supply(const board::Node& node) {
    return node.has("#clock-cells") || node.has("#reset-cells") || node.has("#power-domain-cells");
}

// Why other devices depend on these registers; empty when they do not.
std::string shared_role(const BoardReport& report, const std::vector<Holding>& all,
                        const Holding& holding, const board::Device& device) {
    const board::Node& node = *device.node;
    std::vector<std::string> roles;
    if (node.compatible("syscon"))
        roles.push_back("a system controller (syscon)");
    if (is_pin_controller(node))
        roles.push_back("a pin controller");
    std::vector<const board::Node*> users;
    for (const board::Node* user : users_of(report.board.tree, node, is_supply(node))) {
        bool own = std::any_of(all.begin(), all.end(), [&](const Holding& other) {
            return other.cell == holding.cell && belongs(other, *user);
        });
        if (!own)
            users.push_back(user);
    }
    if (roles.empty() && users.empty())
        return {};
    std::string text = joined(roles);
    if (!users.empty())
        text += fmt::format("{}depended on by {}", roles.empty() ? "" : ", ", some_paths(users));
    return text;
}

// One finding, for the outermost part.
void check_shared_registers(BoardReport& report, const std::vector<Holding>& all,
                            const Holding& holding) {
    for (const board::Device* device : holding.parts) {
        std::string role = shared_role(report, all, holding, *device);
        if (role.empty())
            continue;
        report.error(Test::SharedRegisters, holding.where,
                     fmt::format("{}: {} is {}: with its registers the cell could stop Linux and "
                                 "all other cells",
                                 holding.where, device->node->path, role));
        return;
    }
}

// Whole pages that are also registers of somebody else.
void check_double_use(BoardReport& report, const Holding& holding) {
    for (const auto& device : holding.parts)
        for (const auto& reg : device->registers) {
            std::vector<const board::Node*> others;
            for (const board::Device* other : report.board.devices_in(reg.range))
                if (!holds(holding, other))
                    others.push_back(other->node);
            if (!others.empty())
                report.error(Test::SharedRegisters, holding.where,
                             fmt::format("{}: the registers {} of {} are also those of {}",
                                         holding.where, reg.range.text(), device->node->path,
                                         some_paths(others)));
        }
}

void check_sub_pages(BoardReport& report, const Holding& holding) {
    if (!holding.given)
        return;
    for (const auto& sub : holding.given->sub_pages)
        report.warning(Test::SharedPage, holding.where,
                       fmt::format("{}: {} of {} shares its page with {}: every access traps and "
                                   "is carried out by the hypervisor, which costs some hundred "
                                   "instructions instead of one",
                                   holding.where, sub.range.text(),
                                   holding.given->device->node->path, some_paths(sub.neighbours)));
}

void check_console(BoardReport& report, const Holding& holding) {
    for (const board::Device* device : holding.parts)
        if (report.partition.console && device->node == report.partition.console)
            report.warning(Test::HypervisorConsole, holding.where,
                           fmt::format("{}: {} is the hypervisor's console: both will write to it",
                                       holding.where, device->node->path));
}

// Explicit regions where the tree knows nothing.
void check_unknown(BoardReport& report) {
    std::vector<Range> known;
    for (const auto& device : report.board.facts.devices) {
        for (const auto& reg : device.registers)
            known.push_back(whole_pages(reg.range));
        for (const auto& window : device.windows)
            known.push_back(window.range);
    }
    for (const auto& cell : report.partition.configuration.cells)
        for (const auto& region : cell.regions) {
            if (!region.explicit_device())
                continue;
            auto unknown = without({region.phys_range()}, known);
            if (!unknown.empty())
                report.warning(Test::UnknownDevice, region.where,
                               fmt::format("{}: reg: at {} the board tree has no device",
                                           region.where, unknown[0].text()));
        }
}

} // namespace

void check_isolation(BoardReport& report) {
    std::vector<Holding> all = holdings(report.partition);
    for (const auto& holding : all) {
        for (const board::Device* device : holding.parts)
            check_dma(report, holding, *device);
        check_shared_registers(report, all, holding);
        check_double_use(report, holding);
        check_sub_pages(report, holding);
        check_console(report, holding);
    }
    check_unknown(report);
}

} // namespace brig::config
