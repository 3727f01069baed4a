// SPDX-License-Identifier: Apache-2.0
#include "config/checks_board.hpp"
#include "config/checks.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

std::string some_paths(const std::vector<const board::Node*>& nodes) {
    constexpr size_t shown = 3;
    std::vector<std::string> paths;
    for (const board::Node* node : nodes)
        if (paths.size() < shown || nodes.size() == shown + 1)
            paths.push_back(node->path);
    if (paths.size() < nodes.size())
        paths.push_back(fmt::format("{} more", nodes.size() - paths.size()));
    return joined(paths);
}

std::vector<Holding> holdings(const Partition& partition) {
    std::vector<Holding> result;
    for (const auto& cell : partition.configuration.cells) {
        for (const auto& given : cell.devices)
            result.push_back({&cell, given.where, given.parts, &given});
        for (const auto& region : cell.regions) {
            if (!region.explicit_device())
                continue;
            auto parts = partition.board->devices_in(region.phys_range());
            if (!parts.empty())
                result.push_back({&cell, region.where, std::move(parts), nullptr});
        }
    }
    return result;
}

void check_given_twice(BoardReport& report) {
    const auto& cells = report.partition.configuration.cells;
    for (size_t i = 0; i < cells.size(); i++)
        for (size_t j = 0; j < i; j++) {
            if (!cells[i].may_coexist(cells[j]))
                continue;
            for (const auto& mine : cells[i].devices)
                for (const auto& other : cells[j].devices) {
                    auto common = std::find_first_of(mine.parts.begin(), mine.parts.end(),
                                                     other.parts.begin(), other.parts.end());
                    if (common != mine.parts.end())
                        report.error(Test::DeviceTwice, mine.where,
                                     fmt::format("{}: {} also belongs to {}: a device has one "
                                                 "owner",
                                                 mine.where, (*common)->node->path, other.where));
                }
        }
}

void check_board_cpus(BoardReport& report) {
    for (const auto& cell : report.partition.configuration.cells) {
        if (!(cell.flags & BRIG_CELL_AARCH32))
            continue;
        std::set<unsigned> numbers = cell.cpus();
        for (const auto& cpu : report.board.facts.cpus)
            if (numbers.contains(cpu.number) && cpu.aarch32_el1 == false)
                report.error(Test::Aarch32Cores, cell.where,
                             fmt::format("{}: aarch32: CPU {} is a {}, which has no AArch32 state "
                                         "at EL1",
                                         cell.where, cpu.number, cpu.core));
    }
}

Findings check_board(const Partition& partition) {
    BoardReport report{partition, *partition.board};
    check_given_twice(report);
    check_board_memory(report);
    check_pci_window(report);
    check_isolation(report);
    check_linux_control(report);
    check_board_interrupts(report);
    check_board_cpus(report);
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.test < b.test; });
    return std::move(report.findings);
}

void drop_repeated(const Findings& of_board, Findings& general) {
    bool twice = std::any_of(of_board.begin(), of_board.end(),
                             [](const Finding& f) { return f.test == Test::DeviceTwice; });
    std::vector<std::string> in_hypervisor;
    for (const auto& finding : general)
        if (finding.test == Test::OverlapHypervisor)
            for (const auto& region : finding.regions)
                in_hypervisor.push_back(region.where);
    std::erase_if(general, [&](const Finding& finding) {
        auto all_regions = [&finding](auto condition) {
            return std::all_of(finding.regions.begin(), finding.regions.end(), condition);
        };
        switch (finding.test) {
        case Test::SharedInterrupts:
            return twice;
        case Test::OverlapCells:
            return twice && all_regions([](const MemoryRegion& region) { return region.granted; });
        case Test::OutsideRoot: // the root cell leaves out the hypervisor's memory
        case Test::Unloadable:
            return all_regions([&](const MemoryRegion& region) {
                return std::find(in_hypervisor.begin(), in_hypervisor.end(), region.where) !=
                       in_hypervisor.end();
            });
        default:
            return false;
        }
    });
}

} // namespace brig::config
