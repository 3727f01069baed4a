// SPDX-License-Identifier: Apache-2.0
#include "config/names.hpp"
#include "map/map.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::map {

std::string kind_word(Kind kind) {
    switch (kind) {
    case Kind::Ram:
        return "RAM";
    case Kind::Device:
        return "device";
    case Kind::Hypervisor:
        return "hypervisor";
    case Kind::Trapped:
        return "trapped";
    case Kind::Firmware:
        return "firmware";
    case Kind::Spare:
        return "spare";
    case Kind::Hole:
        return "hole";
    }
    return "";
}

std::string hold_word(Hold hold) {
    switch (hold) {
    case Hold::Owns:
        return "owns";
    case Hold::Lends:
        return "lends";
    case Hold::Shares:
        return "shares";
    case Hold::Emulated:
        return "emulated";
    }
    return "";
}

namespace {

constexpr size_t most_names = 6;

std::string names_text(const Piece& piece) {
    std::vector<std::string> names = piece.names;
    size_t more = names.size() > most_names ? names.size() - most_names : 0;
    names.resize(names.size() - more);
    return joined(names, ", ") + (more ? fmt::format(" and {} more", more) : "");
}

// What is special about a cell's region.
std::string claim_facts(const Claim& claim, const Piece& piece) {
    constexpr uint64_t usual = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE | BRIG_MEM_IO |
                               BRIG_MEM_DMA | BRIG_MEM_ROOTSHARED;
    std::vector<std::string> facts;
    if (claim.hold == Hold::Emulated)
        facts.emplace_back("emulated");
    if (claim.guest != piece.range.first)
        facts.push_back(fmt::format("guest {:#x}", claim.guest));
    for (const auto& flag : config::memory_flags())
        if ((claim.flags & flag.mask) && !(flag.mask & usual))
            facts.emplace_back(flag.property);
    if (!(claim.flags & BRIG_MEM_WRITE))
        facts.emplace_back("read only");
    return joined(facts, ", ");
}

std::string folded_text(const Map& map, const Piece& piece) {
    size_t count = 0;
    for (const auto& part : piece.parts)
        count += part.kind == piece.kind;
    std::string names = names_text(piece);
    return fmt::format(
        "{} {} of {}{}", count, piece.kind == Kind::Spare ? "devices" : "regions of devices",
        piece.kind == Kind::Spare ? "nobody" : map.owners[piece.claims[0].owner].name,
        names.empty() ? "" : ": " + names);
}

} // namespace

std::string piece_text(const Map& map, const Piece& piece) {
    if (!piece.parts.empty())
        return folded_text(map, piece);
    std::string names = names_text(piece);
    switch (piece.kind) {
    case Kind::Hole:
        return "hole";
    case Kind::Firmware:
        return "firmware" + (names.empty() ? "" : ": " + names);
    case Kind::Spare:
        return names.empty() ? "RAM of nobody" : names + ": nobody has it";
    case Kind::Hypervisor:
        return "memory of the hypervisor" + (names.empty() ? "" : " (" + names + ")");
    case Kind::Trapped:
        return names + ": accesses trap";
    default:
        break;
    }
    std::vector<size_t> takers;
    std::vector<std::string> facts;
    bool shared = false;
    for (const auto& claim : piece.claims) {
        if (claim.hold == Hold::Lends)
            continue;
        shared |= claim.hold == Hold::Shares;
        if (std::find(takers.begin(), takers.end(), claim.owner) == takers.end())
            takers.push_back(claim.owner);
        std::string text = claim.owner >= first_cell ? claim_facts(claim, piece) : "";
        if (!text.empty())
            facts.push_back(map.owners[claim.owner].name + ": " + text);
    }
    // With one owner it is clear whose they are.
    if (takers.size() == 1 && facts.size() == 1)
        facts[0].erase(0, map.owners[takers[0]].name.size() + 2);
    std::string text = shared ? "shared by " : piece.kind == Kind::Ram ? "RAM of " : "";
    if (piece.kind == Kind::Device && !shared)
        text = names.empty() ? "device of " : names + ": ";
    text += map.owners_text(takers);
    for (const auto& fact : facts)
        text += (takers.size() == 1 ? ", " : "; ") + fact;
    if (!names.empty() && (piece.kind == Kind::Ram || shared))
        text += ", " + names;
    return text;
}

std::vector<Piece> folded(const std::vector<Piece>& pieces) {
    constexpr size_t enough = 4; // fewer are not worth it
    auto foldable = [](const Piece& piece) {
        return piece.faults.empty() &&
               ((piece.kind == Kind::Device && piece.claims.size() == 1 &&
                 piece.claims[0].owner == root && piece.range.size() <= 16 << 20) ||
                (piece.kind == Kind::Spare && !piece.names.empty()));
    };
    std::vector<Piece> result;
    for (size_t i = 0; i < pieces.size();) {
        size_t end = i; // behind the last piece of the run
        size_t count = 0;
        for (size_t j = i; j < pieces.size(); j++) {
            bool hole = pieces[j].kind == Kind::Hole && pieces[j].range.size() <= 64 << 20;
            if (foldable(pieces[j]) && pieces[j].kind == pieces[i].kind)
                count++, end = j + 1;
            else if (!hole || count == 0)
                break;
        }
        if (count < enough) {
            result.push_back(pieces[i++]);
            continue;
        }
        Piece run;
        run.kind = pieces[i].kind;
        run.range = {pieces[i].range.first, pieces[end - 1].range.last};
        run.claims = pieces[i].claims;
        for (; i < end; i++) {
            run.parts.push_back(pieces[i]);
            for (const auto& name : pieces[i].names)
                if (std::find(run.names.begin(), run.names.end(), name) == run.names.end())
                    run.names.push_back(name);
        }
        result.push_back(std::move(run));
    }
    return result;
}

} // namespace brig::map
