// SPDX-License-Identifier: Apache-2.0
// All boundaries of all regions cut the address space into pieces; each is looked at by itself, and
// neighbours that are alike are joined again.
#include "map/space.hpp"
#include "config/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace brig::map {

namespace {

constexpr uint64_t top = std::numeric_limits<uint64_t>::max();

struct Area {
    Range range;
    size_t owner;
    const config::MemoryRegion* region; // null: the hypervisor's memory, or registers that trap
    std::string name;                   // of these registers
};

std::vector<Area> all_areas(const config::Configuration& configuration) {
    std::vector<Area> areas;
    const config::System& system = configuration.system;
    if (system.hypervisor_memory.size)
        areas.push_back({system.hypervisor_memory.phys_range(), hypervisor, nullptr, ""});
    for (const auto& block : config::trapped_blocks(system))
        areas.push_back({make_range(block.start, block.size), hypervisor, nullptr, block.name});
    size_t owner = root;
    for (const config::Cell* cell : config::all_cells(configuration)) {
        for (const auto& region : cell->regions)
            if (region.has_phys())
                areas.push_back({region.phys_range(), owner, &region, ""});
        owner++;
    }
    std::stable_sort(areas.begin(), areas.end(),
                     [](const Area& a, const Area& b) { return a.range.first < b.range.first; });
    return areas;
}

// Where something begins, or the first address after its end; sorted.
std::vector<uint64_t> cuts(const std::vector<Range>& ranges) {
    std::vector<uint64_t> result;
    for (const auto& range : ranges) {
        result.push_back(range.first);
        if (range.last != top)
            result.push_back(range.last + 1);
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

Claim claim_for(const Area& area, const Range& range) {
    const config::MemoryRegion& region = *area.region;
    Hold hold = Hold::Owns;
    if (region.sub_page())
        hold = Hold::Emulated;
    else if (area.owner >= first_cell && region.is(BRIG_MEM_ROOTSHARED))
        hold = Hold::Shares;
    return {area.owner, hold, region.virt + (range.first - region.phys), region.flags,
            region.where};
}

// What the claims on one piece are to each other.
void find_faults(Piece& piece, const Map& map) {
    std::vector<Claim>& claims = piece.claims;
    bool root_has = false;
    for (size_t i = 0; i < claims.size(); i++) {
        const Claim& claim = claims[i];
        root_has |= claim.owner == root;
        if (claim.owner == hypervisor)
            continue;
        if (piece.kind == Kind::Hypervisor)
            piece.faults.push_back(
                fmt::format("{} has the hypervisor's memory", map.owners[claim.owner].name));
        if (piece.kind == Kind::Trapped)
            piece.faults.push_back(
                fmt::format("{} has it, but accesses must trap", map.owners[claim.owner].name));
        for (size_t j = 0; j < i; j++) {
            const Claim& other = claims[j];
            bool shared =
                (claim.flags & BRIG_MEM_ROOTSHARED) && (other.flags & BRIG_MEM_ROOTSHARED);
            if (other.owner == claim.owner)
                piece.faults.push_back(
                    fmt::format("{} has it twice", map.owners[claim.owner].name));
            else if (other.owner >= first_cell && !shared &&
                     map.may_coexist(other.owner, claim.owner))
                piece.faults.push_back(fmt::format("{} and {} both have it",
                                                   map.owners[other.owner].name,
                                                   map.owners[claim.owner].name));
        }
    }
    bool inside = piece.kind == Kind::Ram || piece.kind == Kind::Device;
    if (inside && !root_has)
        piece.faults.push_back(
            fmt::format("{} does not have it, and would not get it back", map.owners[root].name));
}

// The root cell lends what cells take, and shares what they share with it.
void settle_root(Piece& piece) {
    bool taken = false;
    bool shared = false;
    for (const auto& claim : piece.claims)
        if (claim.owner >= first_cell) {
            taken = true;
            shared |= (claim.flags & BRIG_MEM_ROOTSHARED) != 0;
        }
    for (auto& claim : piece.claims)
        if (claim.owner == root && taken)
            claim.hold = shared ? Hold::Shares : Hold::Lends;
}

Piece claimed_piece(const Range& range, const std::vector<const Area*>& areas, const Map& map) {
    Piece piece;
    piece.range = range;
    bool device = false;
    bool memory = false;
    bool trapped = false;
    for (const Area* area : areas) {
        if (area->region) {
            piece.claims.push_back(claim_for(*area, range));
            device |= area->region->is(BRIG_MEM_IO);
        } else if (area->name.empty()) {
            memory = true;
        } else {
            trapped = true;
            piece.names.push_back(area->name);
        }
    }
    if (memory || trapped)
        piece.claims.push_back({hypervisor, memory ? Hold::Owns : Hold::Emulated, range.first, 0,
                                map.owners[hypervisor].where});
    std::stable_sort(piece.claims.begin(), piece.claims.end(),
                     [](const Claim& a, const Claim& b) { return a.owner < b.owner; });
    if (memory)
        piece.kind = Kind::Hypervisor;
    else if (trapped)
        piece.kind = Kind::Trapped;
    else
        piece.kind = device ? Kind::Device : Kind::Ram;
    find_faults(piece, map);
    settle_root(piece);
    return piece;
}

bool alike(const Piece& a, const Piece& b) {
    auto same_claim = [](const Claim& x, const Claim& y) {
        return x.owner == y.owner && x.hold == y.hold && x.where == y.where;
    };
    return a.kind == b.kind && a.names == b.names && a.faults == b.faults &&
           std::equal(a.claims.begin(), a.claims.end(), b.claims.begin(), b.claims.end(),
                      same_claim);
}

void append(std::vector<Piece>& pieces, Piece piece) {
    if (!pieces.empty() && pieces.back().range.last + 1 == piece.range.first &&
        alike(pieces.back(), piece))
        pieces.back().range.last = piece.range.last;
    else
        pieces.push_back(std::move(piece));
}

// A gap between claimed pieces, with what the board's tree knows about it.
void append_gap(std::vector<Piece>& pieces, const Range& gap, const board::Names& board) {
    std::vector<board::NamedRange> known;
    auto add = [&](const Range& range, const std::string& name) {
        if (range.overlaps(gap))
            known.push_back(
                {{std::max(range.first, gap.first), std::min(range.last, gap.last)}, name});
    };
    for (const auto& reserved : board.reserved)
        add(reserved.range, reserved.name);
    size_t reserved_end = known.size();
    for (const auto& device : board.devices)
        for (const auto& range : device.registers)
            if (device.enabled)
                add(range, device.name);
    for (const auto& bank : board.ram)
        add(bank, "");

    std::vector<Range> ranges = {gap};
    for (const auto& item : known)
        ranges.push_back(item.range);
    std::vector<uint64_t> begins = cuts(ranges);
    for (size_t i = 0; i < begins.size() && begins[i] <= gap.last; i++) {
        Piece piece;
        piece.range = {begins[i], i + 1 < begins.size() ? begins[i + 1] - 1 : gap.last};
        for (size_t k = 0; k < known.size(); k++) {
            if (!known[k].range.overlaps(piece.range))
                continue;
            if (piece.kind != Kind::Firmware)
                piece.kind = k < reserved_end ? Kind::Firmware : Kind::Spare;
            if (!known[k].name.empty())
                piece.names.push_back(known[k].name);
        }
        append(pieces, std::move(piece));
    }
}

// A device keeps the range of the cell's region, so its name is all there is to add.
void add_names(Piece& piece, const board::Names& board) {
    if (piece.kind == Kind::Device)
        piece.names = board.devices_in(piece.range);
    if (piece.kind == Kind::Ram || piece.kind == Kind::Hypervisor)
        for (const auto& reserved : board.reserved)
            if (reserved.range.overlaps(piece.range))
                piece.names.push_back(fmt::format("reserved: {}", reserved.name));
}

} // namespace

std::vector<Piece> address_space(const config::Configuration& configuration, const Map& map,
                                 const board::Names& board) {
    std::vector<Area> areas = all_areas(configuration);
    std::vector<Range> ranges;
    uint64_t last = 0;
    for (const auto& area : areas)
        ranges.push_back(area.range);
    std::vector<Range> known = ranges;
    for (const auto& item : board.reserved)
        known.push_back(item.range);
    known.insert(known.end(), board.ram.begin(), board.ram.end());
    for (const auto& device : board.devices)
        if (device.enabled)
            known.insert(known.end(), device.registers.begin(), device.registers.end());
    for (const auto& range : known)
        last = std::max(last, range.last);

    std::vector<uint64_t> begins = cuts(ranges);
    std::vector<Piece> pieces;
    std::vector<const Area*> open; // those that the current piece may lie in
    size_t next = 0;
    if (begins.empty() || begins[0] > 0)
        append_gap(pieces, {0, begins.empty() ? last : begins[0] - 1}, board);
    for (size_t i = 0; i < begins.size(); i++) {
        Range range = {begins[i], i + 1 < begins.size() ? begins[i + 1] - 1 : last};
        std::erase_if(open, [&range](const Area* area) { return area->range.last < range.first; });
        for (; next < areas.size() && areas[next].range.first <= range.first; next++)
            open.push_back(&areas[next]);
        if (range.first > range.last) // the end of the last thing
            break;
        if (open.empty()) {
            append_gap(pieces, range, board);
            continue;
        }
        Piece piece = claimed_piece(range, open, map);
        append(pieces, std::move(piece));
    }
    for (auto& piece : pieces)
        add_names(piece, board);
    return pieces;
}

} // namespace brig::map
