// SPDX-License-Identifier: Apache-2.0
#include "config/checks.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace brig::config {

std::vector<const Cell*> all_cells(const Configuration& configuration) {
    std::vector<const Cell*> cells = {&configuration.system.root};
    for (const auto& cell : configuration.cells)
        cells.push_back(&cell);
    return cells;
}

namespace {

std::set<unsigned> common(const std::set<unsigned>& a, const std::set<unsigned>& b) {
    std::set<unsigned> result;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                          std::inserter(result, result.end()));
    return result;
}

std::set<unsigned> without(const std::set<unsigned>& a, const std::set<unsigned>& b) {
    std::set<unsigned> result;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(result, result.end()));
    return result;
}

std::string with_list(const std::set<unsigned>& cpus) {
    return (cpus.size() == 1 ? "CPU " : "CPUs ") + list_text(cpus);
}

void check_cpu_set(Report& report, const Cell& cell) {
    const Words& words = report.words;
    if (cell.cpu_set.size() > BRIG_CPU_SET_MAX_SIZE)
        report.error(Test::CpuSet,
                     fmt::format("{}: {}: it has {} bytes, at most {} are possible", cell.where,
                                 words.cpus, cell.cpu_set.size(), BRIG_CPU_SET_MAX_SIZE));
    else if (cell.cpu_set.size() % 8 != 0)
        report.error(Test::CpuSet,
                     fmt::format("{}: {}: it has {} bytes, but driver and hypervisor read words of "
                                 "8: pad it",
                                 cell.where, words.cpus, cell.cpu_set.size()));
    if (cell.cpus().empty())
        report.error(Test::CpuSet,
                     fmt::format("{}: {}: the cell has no CPU", cell.where, words.cpus));
}

} // namespace

namespace {

void check_shared_cpus(Report& report) {
    const Words& words = report.words;
    const auto& cells = report.configuration.cells;
    for (size_t i = 0; i < cells.size(); i++)
        for (size_t j = 0; j < i; j++) {
            std::set<unsigned> shared = common(cells[i].cpus(), cells[j].cpus());
            if (shared.empty() || !cells[i].may_coexist(cells[j]))
                continue;
            report.error(Test::OverlapCpus,
                         fmt::format("{}: {}: {} also belongs to {} ({}): a CPU has one owner",
                                     cells[i].where, words.cpus, with_list(shared), cells[j].where,
                                     words.cpus));
        }
}

// Looks for cells that may exist together and take all root CPUs. `left` are the CPUs that the
// cells before `next` have left over.
bool starves(const std::vector<Cell>& cells, size_t next, std::set<unsigned> left,
             std::vector<const Cell*>& chosen) {
    if (left.empty())
        return true;
    if (next == cells.size())
        return false;
    const Cell& cell = cells[next];
    bool excluded = false;
    bool any_exclusion = false;
    for (const Cell* other : chosen)
        excluded |= !cell.may_coexist(*other);
    for (const Cell& other : cells)
        any_exclusion |= !cell.may_coexist(other);
    if (!excluded) {
        std::set<unsigned> rest = left;
        for (unsigned cpu : cell.cpus())
            rest.erase(cpu);
        chosen.push_back(&cell);
        if (starves(cells, next + 1, rest, chosen))
            return true;
        chosen.pop_back();
    }
    return (excluded || any_exclusion) && starves(cells, next + 1, left, chosen);
}

void check_starvation(Report& report) {
    const Cell& root = report.configuration.system.root;
    std::vector<const Cell*> chosen;
    if (root.cpus().empty() || !starves(report.configuration.cells, 0, root.cpus(), chosen))
        return;
    std::vector<std::string> names;
    for (const Cell* cell : chosen)
        names.push_back(cell->where);
    report.error(Test::RootStarvation,
                 fmt::format("{}: {}: no CPU is left for the root cell when {} exist{}: together "
                             "they take {}",
                             root.where, report.words.cpus, joined(names),
                             names.size() == 1 ? "s" : "", list_text(root.cpus())));
}

} // namespace

void check_cpus(Report& report) {
    const Words& words = report.words;
    const Cell& root = report.configuration.system.root;
    check_cpu_set(report, root);
    const std::set<unsigned> root_cpus = root.cpus();
    for (const Cell& cell : report.configuration.cells) {
        check_cpu_set(report, cell);
        std::set<unsigned> foreign = without(cell.cpus(), root_cpus);
        if (!foreign.empty())
            report.error(Test::CpuSet,
                         fmt::format("{}: {}: {} {} not among the root cell's ({} of {}: {}): "
                                     "cells take their CPUs from the root cell",
                                     cell.where, words.cpus, with_list(foreign),
                                     foreign.size() == 1 ? "is" : "are", words.cpus, root.where,
                                     list_text(root_cpus)));
    }
    check_shared_cpus(report);
    check_starvation(report);
}

void check_names(Report& report) {
    const Words& words = report.words;
    std::map<std::string, const Cell*> seen;
    for (const Cell* cell : all_cells(report.configuration)) {
        if (cell->name.size() >= BRIG_CELL_NAME_SIZE)
            report.error(Test::Names,
                         fmt::format("{}: {}: \"{}\" has more than {} characters", cell->where,
                                     words.name, printable(cell->name), BRIG_CELL_NAME_SIZE - 1));
        if (cell->name.empty())
            report.error(Test::Names,
                         fmt::format("{}: {}: the cell has no name", cell->where, words.name));
        auto [entry, fresh] = seen.try_emplace(cell->name, cell);
        if (!fresh)
            report.error(Test::Names,
                         fmt::format("{}: {}: {} is called \"{}\" too", cell->where, words.name,
                                     entry->second->where, printable(cell->name)));
        constexpr uint64_t limit = uint64_t{BRIG_CONFIG_MAX_PAGES} * 4096;
        if (cell != &report.configuration.system.root && cell->file_size() > limit)
            report.error(Test::FileSize,
                         fmt::format("{}: its file has {} bytes, the hypervisor accepts {}: merge "
                                     "regions that lie side by side",
                                     cell->where, cell->file_size(), limit));
    }
}

void check_interrupts(Report& report) {
    const Words& words = report.words;
    const System& system = report.configuration.system;
    for (const Cell* cell : all_cells(report.configuration)) {
        for (const Irqchip& chip : cell->irqchips) {
            if (chip.address != system.gicd_base)
                report.error(Test::InvalidInterrupts,
                             fmt::format("{}: address: {:#x} is not the distributor's ({:#x}), so "
                                         "the entry has no effect",
                                         chip.where, chip.address, system.gicd_base));
            if (chip.pin_base % 32 != 0 || chip.pin_base > 896)
                report.error(Test::InvalidInterrupts,
                             fmt::format("{}: pin_base: {} is refused by the hypervisor: it must "
                                         "be a multiple of 32 and at most 896",
                                         chip.where, chip.pin_base));
        }
        std::set<unsigned> intids = cell->interrupts();
        std::set<unsigned> impossible(intids.lower_bound(system.num_interrupts), intids.end());
        if (!impossible.empty())
            report.error(
                Test::InvalidInterrupts,
                fmt::format("{}: {}: INTID {} not possible: the last one is {}", cell->where,
                            words.interrupts,
                            list_text(impossible) + (impossible.size() == 1 ? " is" : " are"),
                            system.num_interrupts - 1));
    }

    const std::set<unsigned> root_intids = system.root.interrupts();
    const auto& cells = report.configuration.cells;
    for (size_t i = 0; i < cells.size(); i++) {
        std::set<unsigned> foreign = without(cells[i].interrupts(), root_intids);
        if (!foreign.empty())
            report.error(Test::RootInterrupts,
                         fmt::format("{}: {}: the root cell does not have INTID {}, so it would "
                                     "not get it back: add it to {} ({})",
                                     cells[i].where, words.interrupts, list_text(foreign),
                                     system.root.where, words.interrupts));
        for (size_t j = 0; j < i; j++) {
            std::set<unsigned> shared = common(cells[i].interrupts(), cells[j].interrupts());
            if (!shared.empty() && cells[i].may_coexist(cells[j]))
                report.error(Test::SharedInterrupts,
                             fmt::format("{}: {}: INTID {} also belongs to {} ({}): an interrupt "
                                         "has one owner",
                                         cells[i].where, words.interrupts, list_text(shared),
                                         cells[j].where, words.interrupts));
        }
    }
}

Findings check(const Configuration& configuration, const Words& words) {
    Report report{configuration, words};
    check_region_shapes(report);
    check_overlaps(report);
    check_interceptions(report);
    check_root_coverage(report);
    check_cpus(report);
    check_interrupts(report);
    check_names(report);
    check_start(report);
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.test < b.test; });
    return std::move(report.findings);
}

} // namespace brig::config
