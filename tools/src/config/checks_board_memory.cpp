// SPDX-License-Identifier: Apache-2.0
#include "config/checks_board.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

// Memory that somebody chose an address for.
struct Chosen {
    std::string where;
    std::string property;
    Range range;
};

std::vector<Chosen> chosen_memory(const Partition& partition) {
    std::vector<Chosen> result;
    const System& system = partition.configuration.system;
    if (system.hypervisor_memory.size)
        result.push_back(
            {system.hypervisor_where, "memory", system.hypervisor_memory.phys_range()});
    auto add = [&result](const MemoryRegion& region) {
        bool counts = region.has_phys() && !region.is(BRIG_MEM_IO) && !region.named;
        if (counts)
            result.push_back({region.where, "reg", region.phys_range()});
    };
    for (size_t i = 0; i < partition.root_extras; i++)
        add(system.root.regions[i]);
    for (const auto& cell : partition.configuration.cells)
        for (const auto& region : cell.regions)
            add(region);
    for (const Range& range : partition.reserved)
        result.push_back({system.root.where, "reserved memory", range});
    return result;
}

std::string nature(const BoardView& board, const Range& range) {
    auto devices = board.devices_in(range);
    if (!devices.empty()) {
        std::vector<const board::Node*> nodes;
        for (const board::Device* device : devices)
            nodes.push_back(device->node);
        return fmt::format("registers of {} are there", some_paths(nodes));
    }
    if (auto alias = board.alias_of(range.first))
        return fmt::format("most memory controllers decode a power of two, so it is likely to be "
                           "a second name of {:#x}, which belongs to somebody else",
                           *alias);
    return fmt::format("RAM is {}", ranges_text(board.ram));
}

void check_firmware(BoardReport& report, const Chosen& memory) {
    for (const auto& firmware : report.board.firmware)
        if (firmware.range.overlaps(memory.range))
            report.error(Test::FirmwareMemory, memory.where,
                         fmt::format("{}: {}: {} overlaps {} of {}{}: firmware or a driver uses it",
                                     memory.where, memory.property, memory.range.text(),
                                     firmware.range.text(), firmware.name,
                                     firmware.no_map ? " (no-map)" : ""));
}

// Does Linux still find the memory that it allocates at boot?
void check_dynamic(BoardReport& report, const DynamicReservation& wanted,
                   const std::vector<Range>& taken) {
    const BoardView& board = report.board;
    auto largest = [&](const std::vector<Range>& free) {
        uint64_t best = 0;
        for (Range range : free)
            for (const Range& inside : wanted.inside.empty() ? board.ram : wanted.inside)
                if (range.overlaps(inside))
                    best = std::max(best, std::min(range.last, inside.last) -
                                              std::max(range.first, inside.first) + 1);
        return best;
    };
    uint64_t before = largest(board.free_ram());
    uint64_t after = largest(without(board.free_ram(), taken));
    if (before >= wanted.size && after < wanted.size)
        report.warning(Test::LinuxMemory, "/",
                       fmt::format("{} of the board tree asks for {:#x} bytes in one piece; what "
                                   "hypervisor and cells leave has {:#x} at most. Place memory by "
                                   "address, elsewhere",
                                   wanted.name, wanted.size, after));
}

} // namespace

void check_board_memory(BoardReport& report) {
    std::vector<Range> taken;
    for (const auto& memory : chosen_memory(report.partition)) {
        taken.push_back(memory.range);
        auto outside = without({memory.range}, report.board.ram);
        if (!outside.empty())
            report.error(Test::OutsideDram, memory.where,
                         fmt::format("{}: {}: {} is no RAM of this board: {}", memory.where,
                                     memory.property, outside[0].text(),
                                     nature(report.board, outside[0])));
        check_firmware(report, memory);
    }
    for (const auto& wanted : report.board.dynamic)
        check_dynamic(report, wanted, taken);
}

void check_pci_window(BoardReport& report) {
    const System& system = report.partition.configuration.system;
    if (!system.pci_is_virtual || !system.pci_mmconfig_base)
        return;
    // The registers of the virtual devices follow the configuration space.
    uint64_t size = (uint64_t{system.pci_mmconfig_end_bus} + 2) << 20;
    Range window = make_range(system.pci_mmconfig_base, size);
    const std::string where = system.hypervisor_where + "/pci";
    auto refuse = [&](const std::string& what) {
        report.error(Test::PciWindow, where,
                     fmt::format("{}: ecam: {} (configuration space and the virtual devices' "
                                 "registers behind it) lies on {}: accesses would not reach that "
                                 "any more. Choose a window where the tree has nothing",
                                 where, window.text(), what));
    };
    std::vector<const board::Node*> nodes;
    for (const board::Device* device : report.board.devices_in(window))
        nodes.push_back(device->node);
    if (!nodes.empty())
        refuse(some_paths(nodes));
    for (const Range& bank : report.board.ram)
        if (bank.overlaps(window))
            refuse("RAM at " + bank.text());
    for (const auto& firmware : report.board.firmware)
        if (firmware.range.overlaps(window))
            refuse(firmware.name);
}

} // namespace brig::config
