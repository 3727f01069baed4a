// SPDX-License-Identifier: Apache-2.0
#include "map/map.hpp"
#include "config/checks.hpp"
#include "config/names.hpp"
#include "map/space.hpp"
#include "util/text.hpp"

#include <brig/comm_region.h>
#include <fmt/format.h>

namespace brig::map {

namespace {

std::string console_text(const config::Console& console) {
    if (console.type == BRIG_CONSOLE_NONE)
        return "";
    return fmt::format("{} at {:#x}", config::console_type_text(console.type), console.address);
}

void add_regions(Owner& owner, const config::Cell& cell) {
    std::vector<Range> memory;
    for (const auto& region : cell.regions) {
        if (region.is(BRIG_MEM_COMM_REGION) && region.virt != BRIG_COMM_BASE)
            owner.facts.push_back(fmt::format("communication region at guest {:#x}", region.virt));
        else if (region.has_phys() && !region.is(BRIG_MEM_IO))
            memory.push_back(region.phys_range());
        else if (region.has_phys())
            owner.devices++;
    }
    for (const auto& range : merged(memory))
        owner.ram += range.size();
}

Owner owner_of(const config::Cell& cell) {
    Owner owner;
    owner.name = printable(cell.name);
    owner.where = cell.where;
    owner.cpus = cell.cpus();
    owner.interrupts = cell.interrupts();
    owner.stream_ids = cell.stream_ids;
    add_regions(owner, cell);
    owner.console = console_text(cell.console);
    if (owner.console.empty() && (cell.flags & BRIG_CELL_CONSOLE_ACTIVE))
        owner.console = "virtual";
    for (const auto& flag : config::cell_flags())
        if ((cell.flags & flag.mask) && flag.mask < BRIG_CELL_CONSOLE_PERMITTED)
            owner.facts.emplace_back(flag.property);
    if (cell.cpu_reset_address)
        owner.facts.push_back(fmt::format("starts at {:#x}", cell.cpu_reset_address));
    if (!cell.stream_ids.empty()) {
        std::string ids;
        for (uint32_t id : cell.stream_ids)
            ids += fmt::format(" {:#x}", id);
        owner.facts.push_back("stream ids" + ids);
    }
    if (!cell.pci_devices.empty())
        owner.facts.push_back(fmt::format("{} PCI devices, virtual interrupts from INTID {}",
                                          cell.pci_devices.size(), cell.vpci_irq_base + 32));
    return owner;
}

std::vector<Owner> all_owners(const config::Configuration& configuration) {
    const config::System& system = configuration.system;
    std::vector<Owner> owners(1);
    owners[hypervisor].name = "hypervisor";
    owners[hypervisor].where = system.hypervisor_where;
    owners[hypervisor].ram = system.hypervisor_memory.size;
    owners[hypervisor].console = console_text(system.debug_console);
    auto cells = config::all_cells(configuration);
    for (const config::Cell* cell : cells)
        owners.push_back(owner_of(*cell));
    for (size_t i = 0; i < cells.size(); i++)
        for (size_t j = 0; j < cells.size(); j++)
            if (i != j && !cells[i]->may_coexist(*cells[j]))
                owners[root + i].excludes.insert(root + j);
    for (auto& owner : owners) {
        std::vector<std::string> names;
        for (size_t other : owner.excludes)
            names.push_back(owners[other].name);
        if (!names.empty())
            owner.facts.insert(owner.facts.begin(), "never beside " + joined(names, " or "));
    }
    return owners;
}

// The owners of a CPU or an interrupt, and whether that is a fault.
std::pair<std::vector<size_t>, bool> takers(const Map& map, unsigned number,
                                            std::set<unsigned> Owner::*numbers) {
    std::vector<size_t> owners;
    bool fault = !(map.owners[root].*numbers).contains(number);
    for (size_t i = first_cell; i < map.owners.size(); i++)
        if ((map.owners[i].*numbers).contains(number)) {
            for (size_t other : owners)
                fault |= map.may_coexist(i, other);
            owners.push_back(i);
        }
    if (owners.empty())
        owners.push_back(root);
    return {owners, fault};
}

std::set<unsigned> of_all(const Map& map, std::set<unsigned> Owner::*numbers) {
    std::set<unsigned> result;
    for (const auto& owner : map.owners)
        result.insert((owner.*numbers).begin(), (owner.*numbers).end());
    return result;
}

void add_cpus(Map& map, const board::Names& board) {
    for (unsigned number : of_all(map, &Owner::cpus)) {
        auto [owners, fault] = takers(map, number, &Owner::cpus);
        std::string core = number < board.cores.size() ? board.cores[number] : "";
        map.cpus.push_back({number, core, owners, fault});
    }
}

void add_interrupts(Map& map, const board::Names& board) {
    for (unsigned intid : of_all(map, &Owner::interrupts)) {
        auto [owners, fault] = takers(map, intid, &Owner::interrupts);
        auto& list = map.interrupts;
        if (list.empty() || list.back().last + 1 != intid || list.back().owners != owners ||
            list.back().fault != fault)
            list.push_back({intid, intid, owners, {}, fault});
        list.back().last = intid;
        for (const auto& name : board.devices_with(intid))
            list.back().names.push_back(fmt::format("{} {}", intid, name));
    }
}

void add_devices(Map& map, const board::Names& board) {
    for (const auto& device : board.devices) {
        if (!device.enabled || (device.registers.empty() && device.interrupts.empty()))
            continue;
        std::set<size_t> owners;
        for (const auto& piece : map.pieces)
            for (const auto& range : device.registers)
                if (piece.range.overlaps(range))
                    for (const auto& claim : piece.claims)
                        if (claim.hold != Hold::Lends)
                            owners.insert(claim.owner);
        if (device.registers.empty())
            for (unsigned intid : device.interrupts)
                for (size_t owner : takers(map, intid, &Owner::interrupts).first)
                    owners.insert(owner);
        map.devices.push_back(
            {device.name, device.registers, device.interrupts, {owners.begin(), owners.end()}});
    }
}

void add_platform(Map& map, const config::System& system) {
    auto& lines = map.platform;
    if (system.gic_version == 2)
        lines.push_back(fmt::format("GICv2: GICD {:#x}, GICC {:#x}, GICH {:#x}, GICV {:#x}",
                                    system.gicd_base, system.gicc_base, system.gich_base,
                                    system.gicv_base));
    else
        lines.push_back(fmt::format("GICv{}: GICD {:#x}, GICR {:#x}", system.gic_version,
                                    system.gicd_base, system.gicr_base));
    lines.back() += fmt::format(", maintenance INTID {}", system.maintenance_irq);
    if (system.pci_mmconfig_base)
        lines.push_back(fmt::format("PCI: {} configuration space at {:#x}, buses 0 to {}",
                                    system.pci_is_virtual ? "virtual" : "guarded",
                                    system.pci_mmconfig_base, system.pci_mmconfig_end_bus));
    for (const auto& unit : system.iommu_units)
        if (unit.base)
            lines.push_back(
                fmt::format("IOMMU: {} at {:#x}", config::iommu_type_text(unit.type), unit.base));
}

} // namespace

const Claim* Piece::claim_of(size_t owner) const {
    for (const auto& claim : claims)
        if (claim.owner == owner)
            return &claim;
    return nullptr;
}

bool Map::may_coexist(size_t a, size_t b) const {
    return !owners[a].excludes.contains(b) && !owners[b].excludes.contains(a);
}

std::string Map::owners_text(const std::vector<size_t>& list) const {
    std::string text;
    for (size_t i = 0; i < list.size(); i++) {
        if (i > 0)
            text += may_coexist(list[i - 1], list[i]) ? " and " : " or ";
        text += owners[list[i]].name;
    }
    return text.empty() ? "nobody" : text;
}

Map make_map(const MapInput& input) {
    const config::Configuration& configuration = input.configuration;
    const board::Names& board = input.board;
    Map map;
    map.title = input.title;
    map.owners = all_owners(configuration);
    add_platform(map, configuration.system);
    map.pieces = address_space(configuration, map, board);
    for (auto& piece : map.pieces)
        for (const auto& range : input.reserved)
            if (piece.kind == Kind::Ram && range.contains(piece.range) &&
                piece.claims.size() == 1 && piece.claims[0].owner == root)
                piece.names.emplace_back("kept for cells");
    add_cpus(map, board);
    add_interrupts(map, board);
    add_devices(map, board);
    for (const auto& finding : input.findings)
        if (finding.severity == config::Severity::Error)
            map.faults.push_back(finding.text);
        else if (finding.severity == config::Severity::Warning)
            map.warnings.push_back(finding.text);
    return map;
}

} // namespace brig::map
