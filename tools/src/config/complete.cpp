// SPDX-License-Identifier: Apache-2.0
// What a board tree lets the compiler derive: places for memory, and the root cell.
#include "config/checks.hpp"
#include "config/partition.hpp"
#include "config/placement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

constexpr uint64_t ram_flags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE | BRIG_MEM_DMA;
constexpr uint64_t device_flags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO;

void language_error(Partition& partition, const std::string& scope, std::string text) {
    partition.findings.push_back({Test::Language, Severity::Error, std::move(text), {}, scope});
}

// Everything that has an address already.
std::vector<Range> addressed(const Partition& partition) {
    std::vector<Range> taken;
    const System& system = partition.configuration.system;
    if (system.hypervisor_memory.size)
        taken.push_back(whole_pages(system.hypervisor_memory.phys_range()));
    for (size_t cell = 0; cell < partition.configuration.cells.size(); cell++) {
        const auto& regions = partition.configuration.cells[cell].regions;
        for (size_t i = 0; i < regions.size(); i++) {
            bool waits = std::any_of(
                partition.requests.begin(), partition.requests.end(),
                [&](const auto& request) { return request.cell == cell && request.region == i; });
            if (!waits && regions[i].has_phys())
                taken.push_back(whole_pages(regions[i].phys_range()));
        }
    }
    return taken;
}

std::string no_room(const std::string& where, uint64_t size, uint64_t largest) {
    return fmt::format("{}: size: there is no room for {:#x} bytes in one piece: the largest is "
                       "{:#x}",
                       where, size, largest);
}

void place_memory(Partition& partition) {
    const BoardView& board = *partition.board;
    System& system = partition.configuration.system;
    Placement placement(board.ram, without(board.free_ram(), addressed(partition)),
                        partition.reserved);
    if (uint64_t size = partition.hypervisor_size) {
        if (auto place = placement.place(size, false))
            system.hypervisor_memory = {system.hypervisor_where, place->first, 0, size, 0};
        else
            language_error(partition, system.hypervisor_where,
                           no_room(system.hypervisor_where, size, placement.largest(false)));
    }
    for (const auto& request : partition.requests) {
        auto place = placement.place(request.size, true);
        if (!place) {
            language_error(partition, request.where,
                           no_room(request.where, request.size, placement.largest(true)));
            continue;
        }
        MemoryRegion& region = partition.configuration.cells[request.cell].regions[request.region];
        region.phys = place->first;
        if (!request.guest_given)
            region.virt = place->first;
    }
}

// Registers that must trap, so that the root cell may not have them.
std::vector<Range> trapped(const Partition& partition) {
    const System& system = partition.configuration.system;
    std::vector<Range> ranges;
    for (const auto& block : trapped_blocks(system))
        ranges.push_back(whole_pages(make_range(block.start, block.size)));
    // All of the frames, also those of CPUs that are not there. An ITS is Linux's, even if the tree
    // has it within the distributor's frame (TI's K3: 1 MiB).
    if (const auto& gic = partition.board->facts.gic) {
        std::vector<Range> frames, its;
        for (const auto& reg : board::registers_of(*gic->node))
            frames.push_back(whole_pages(reg.range));
        for (const board::Node* node : gic->its)
            for (const auto& reg : board::registers_of(*node))
                its.push_back(whole_pages(reg.range));
        for (const Range& range : without(frames, its))
            ranges.push_back(range);
    }
    return ranges;
}

class RootRegions {
public:
    RootRegions(Cell& root, std::vector<Range> trapped) : root_(root), taken_(std::move(trapped)) {
        for (const auto& region : root.regions)
            if (region.has_phys())
                taken_.push_back(region.phys_range());
    }

    // What nobody had before, of `ranges`.
    void add(const std::vector<Range>& ranges, uint64_t flags) {
        for (const Range& range : without(ranges, taken_))
            root_.regions.push_back({fmt::format("{} (from the board tree)", root_.where),
                                     range.first, range.first, range.size(), flags});
        taken_.insert(taken_.end(), ranges.begin(), ranges.end());
    }

private:
    Cell& root_;
    std::vector<Range> taken_;
};

std::vector<Range> device_ranges(const BoardView& board) {
    std::vector<Range> ranges;
    for (const auto& device : board.facts.devices)
        for (const Range& range : device.addresses())
            ranges.push_back(whole_pages(range));
    return ranges;
}

void derive_regions(Partition& partition) {
    const BoardView& board = *partition.board;
    System& system = partition.configuration.system;
    Cell& root = system.root;
    // Memory that the file sets aside for cells is part of a bank of RAM.
    std::erase_if(root.regions, [&](const MemoryRegion& region) {
        bool set_aside = !region.is(BRIG_MEM_IO) && region.has_phys() &&
                         std::find(partition.reserved.begin(), partition.reserved.end(),
                                   region.phys_range()) != partition.reserved.end();
        return set_aside && without({region.phys_range()}, board.ram).empty();
    });
    partition.root_extras = root.regions.size();

    std::vector<Range> holes = trapped(partition);
    if (system.hypervisor_memory.size)
        holes.push_back(whole_pages(system.hypervisor_memory.phys_range()));
    RootRegions regions(root, std::move(holes));
    std::vector<Range> banks;
    for (const Range& bank : board.ram)
        banks.push_back(whole_pages(bank));
    regions.add(banks, ram_flags);
    // Outside of the banks: firmware's shared memory, logs and the like, as Linux would map them.
    std::vector<Range> firmware;
    for (const auto& reservation : board.firmware)
        firmware.push_back(whole_pages(reservation.range));
    regions.add(firmware, BRIG_MEM_READ | BRIG_MEM_WRITE);
    regions.add(device_ranges(board), device_flags);
    // What cells have beyond that; check_board() has a word on it.
    std::vector<Range> memory, devices;
    for (const auto& cell : partition.configuration.cells)
        for (const auto& region : cell.regions)
            if (region.has_phys())
                (region.is(BRIG_MEM_IO) ? devices : memory)
                    .push_back(whole_pages(region.phys_range()));
    regions.add(memory, ram_flags);
    regions.add(devices, device_flags);
}

} // namespace

void complete(Partition& partition) {
    if (partition.board->ram.empty())
        language_error(
            partition, "/",
            fmt::format("/: the board tree {} does not say where RAM is (its boot loader "
                        "fills that in): list the banks, as /proc/iomem of the board "
                        "shows them: `ram {{ bank@... {{ reg = <...>; }}; }};`",
                        partition.board->file()));
    else
        place_memory(partition);
    if (has_errors(partition.findings))
        return;
    System& system = partition.configuration.system;
    Cell& root = system.root;
    root.architecture = BRIG_CONFIG_ARCH_ARM64;
    root.revision = BRIG_CONFIG_REVISION;
    if (root.name.empty())
        root.name = "root";

    std::set<unsigned> cpus = root.cpus();
    for (const auto& cpu : partition.board->facts.cpus)
        cpus.insert(cpu.number);
    root.cpu_set = make_cpu_set(cpus);
    std::set<unsigned> intids;
    for (unsigned intid = 32; intid < system.num_interrupts; intid++)
        intids.insert(intid);
    root.irqchips = make_irqchips(intids, system.gicd_base);
    for (auto& chip : root.irqchips)
        chip.where = root.where;
    derive_regions(partition);
}

} // namespace brig::config
