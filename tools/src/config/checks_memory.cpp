// SPDX-License-Identifier: Apache-2.0
#include "config/checks.hpp"
#include "config/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t width_flags = BRIG_MEM_IO_8 | BRIG_MEM_IO_16 | BRIG_MEM_IO_32 | BRIG_MEM_IO_64;

// "{}: reg: 0x1000-0x1fff"
std::string phys_text(const Report& report, const MemoryRegion& region) {
    return fmt::format("{}: {}: {}", region.where, report.words.phys, region.phys_range().text());
}

std::string virt_text(const Report& report, const MemoryRegion& region) {
    return fmt::format("{}: {}: {}", region.where, report.words.virt, region.virt_range().text());
}

void check_comm_region(Report& report, const MemoryRegion& region) {
    if (region.size != page)
        report.error(Test::CommRegion,
                     fmt::format("{}: {}: a communication region has {:#x} bytes, not {:#x}: more "
                                 "would expose the hypervisor's memory",
                                 region.where, report.words.size, page, region.size),
                     {region});
    else if (region.virt % page != 0)
        report.error(Test::CommRegion,
                     fmt::format("{}: {}: {:#x} is no multiple of {:#x}", region.where,
                                 report.words.virt, region.virt, page),
                     {region});
}

void check_sub_page(Report& report, const MemoryRegion& region) {
    const Words& words = report.words;
    if (!region.is(BRIG_MEM_IO)) {
        bool virt_bad = region.virt % page != 0;
        report.error(Test::Alignment,
                     fmt::format("{}: {}: {} {:#x} is no multiple of {:#x}: memory is given in "
                                 "whole pages",
                                 region.where, virt_bad ? words.virt : words.size,
                                 virt_bad ? "the guest address" : "the size",
                                 virt_bad ? region.virt : region.size, page),
                     {region});
        return;
    }
    if (!region.is(width_flags))
        report.error(Test::SubPage,
                     fmt::format("{}: {}: it is smaller than its pages, so accesses are emulated, "
                                 "but no width is allowed: add `io-32` or what the device needs",
                                 region.where, words.flags),
                     {region});
    uint64_t senseless = region.flags & (BRIG_MEM_EXECUTE | BRIG_MEM_LOADABLE | BRIG_MEM_DMA);
    if (senseless)
        report.error(Test::SubPage,
                     fmt::format("{}: {}: `{}` is not possible: the region is smaller than its "
                                 "pages, so it is emulated and never mapped",
                                 region.where, words.flags, flags_text(senseless, memory_flags())),
                     {region});
}

void check_shape(Report& report, const MemoryRegion& region) {
    const Words& words = report.words;
    if (region.is(BRIG_MEM_COMM_REGION)) {
        check_comm_region(report, region);
        return;
    }
    for (auto [start, word] : {std::pair(region.phys, words.phys), {region.virt, words.virt}})
        if (region.size - 1 > UINT64_MAX - start)
            report.error(Test::Alignment,
                         fmt::format("{}: {}: {:#x} plus the size {:#x} is beyond 64 bits",
                                     region.where, word, start, region.size),
                         {region});
    if (region.sub_page())
        check_sub_page(report, region);
    else if (region.phys % page != 0)
        report.error(Test::Alignment,
                     fmt::format("{}: {}: {:#x} is no multiple of {:#x}, though guest address and "
                                 "size are",
                                 region.where, words.phys, region.phys, page),
                     {region});
}

void check_hypervisor_memory(Report& report) {
    const System& system = report.configuration.system;
    const MemoryRegion& memory = system.hypervisor_memory;
    std::string field =
        fmt::format("{}: {}", system.hypervisor_where, report.words.hypervisor_memory);
    if (memory.size == 0)
        report.error(Test::HypervisorMemory, fmt::format("{}: its size is 0", field));
    else if (memory.phys % page != 0 || memory.size % page != 0)
        report.error(Test::HypervisorMemory,
                     fmt::format("{}: {:#x} size {:#x}: both must be multiples of {:#x}", field,
                                 memory.phys, memory.size, page));
    else if (memory.size - 1 > UINT64_MAX - memory.phys)
        report.error(Test::HypervisorMemory,
                     fmt::format("{}: {:#x} plus the size {:#x} is beyond 64 bits", field,
                                 memory.phys, memory.size));
}

void check_inside_cell(Report& report, const Cell& cell) {
    for (size_t i = 0; i < cell.regions.size(); i++)
        for (size_t j = 0; j < i; j++) {
            const auto& a = cell.regions[i];
            const auto& b = cell.regions[j];
            if (a.size == 0 || b.size == 0)
                continue;
            bool phys = a.has_phys() && b.has_phys() && a.phys_range().overlaps(b.phys_range());
            bool virt = a.virt_range().overlaps(b.virt_range());
            // In the root cell both are the same fault.
            if (virt && !(phys && a.phys == a.virt && b.phys == b.virt))
                report.error(Test::OverlapInsideCell,
                             fmt::format("{} overlaps {} of {} ({}): the guest address would "
                                         "mean two things",
                                         virt_text(report, a), b.virt_range().text(), b.where,
                                         report.words.virt),
                             {b, a});
            if (phys)
                report.error(Test::OverlapInsideCell,
                             fmt::format("{} overlaps {} of {} ({})", phys_text(report, a),
                                         b.phys_range().text(), b.where, report.words.phys),
                             {b, a});
        }
}

void check_between(Report& report, const Cell& cell, const Cell& other) {
    for (const auto& a : cell.regions)
        for (const auto& b : other.regions) {
            bool shared = a.is(BRIG_MEM_ROOTSHARED) && b.is(BRIG_MEM_ROOTSHARED);
            if (shared || !a.has_phys() || !b.has_phys() ||
                !a.phys_range().overlaps(b.phys_range()))
                continue;
            report.error(Test::OverlapCells,
                         fmt::format("{} overlaps {} of {} ({}): memory has one owner, unless "
                                     "both regions are `root-shared`",
                                     phys_text(report, a), b.phys_range().text(), b.where,
                                     report.words.phys),
                         {b, a});
        }
}

// What of `range` no root region contains.
std::vector<Range> missing_from(const Cell& root, const Range& range) {
    std::vector<Range> owned;
    for (const auto& region : root.regions)
        if (region.has_phys())
            owned.push_back(region.phys_range());
    std::sort(owned.begin(), owned.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<Range> missing;
    uint64_t next = range.first;
    for (const auto& part : owned) {
        if (part.last < next)
            continue;
        if (part.first > range.last)
            break;
        if (part.first > next)
            missing.push_back({next, part.first - 1});
        if (part.last >= range.last)
            return missing;
        next = part.last + 1;
    }
    missing.push_back({next, range.last});
    return missing;
}

} // namespace

void check_region_shapes(Report& report) {
    check_hypervisor_memory(report);
    for (const Cell* cell : all_cells(report.configuration)) {
        const MemoryRegion* comm = nullptr;
        for (const auto& region : cell->regions) {
            if (region.size == 0)
                continue;
            check_shape(report, region);
            if (!region.is(BRIG_MEM_COMM_REGION))
                continue;
            if (comm)
                report.error(Test::CommRegion,
                             fmt::format("{}: a cell has one communication region, {} is another",
                                         region.where, comm->where),
                             {*comm, region});
            comm = &region;
        }
    }
    for (const auto& region : report.configuration.system.root.regions)
        if (region.has_phys() && region.phys != region.virt)
            report.error(Test::Alignment,
                         fmt::format("{}: {}: {:#x} differs from the host address {:#x}: in the "
                                     "root cell both are the same",
                                     region.where, report.words.virt, region.virt, region.phys),
                         {region});
}

void check_overlaps(Report& report) {
    const System& system = report.configuration.system;
    const auto& cells = report.configuration.cells;
    for (const Cell* cell : all_cells(report.configuration))
        check_inside_cell(report, *cell);
    for (size_t i = 0; i < cells.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (cells[i].may_coexist(cells[j]))
                check_between(report, cells[i], cells[j]);

    if (system.hypervisor_memory.size == 0)
        return;
    Range hypervisor = system.hypervisor_memory.phys_range();
    for (const Cell* cell : all_cells(report.configuration))
        for (const auto& region : cell->regions)
            if (region.has_phys() && region.phys_range().overlaps(hypervisor))
                report.error(Test::OverlapHypervisor,
                             fmt::format("{} overlaps the hypervisor's memory {} ({}: {}): nobody "
                                         "else may reach it",
                                         phys_text(report, region), hypervisor.text(),
                                         system.hypervisor_where, report.words.hypervisor_memory),
                             {region});
}

void check_root_coverage(Report& report) {
    const Cell& root = report.configuration.system.root;
    for (const auto& cell : report.configuration.cells)
        for (const auto& region : cell.regions) {
            if (!region.has_phys())
                continue;
            std::vector<Range> missing = missing_from(root, region.phys_range());
            if (missing.empty())
                continue;
            bool loadable = region.is(BRIG_MEM_LOADABLE);
            report.error(loadable ? Test::Unloadable : Test::OutsideRoot,
                         fmt::format("{}: {} is in no region of the root cell ({}): {}",
                                     phys_text(report, region), missing[0].text(), root.where,
                                     loadable ? "loading the cell would crash the root cell"
                                              : "the root cell would not get it back; list it "
                                                "there, too"),
                         {region});
        }
}

} // namespace brig::config
