// SPDX-License-Identifier: Apache-2.0
// The physical address space and who owns it, with CPUs, interrupts and consoles beside it: what
// `brig map` draws. Faulty configurations have a map like any other, with their faults in it.
#pragma once

#include "board/names.hpp"
#include "config/finding.hpp"
#include "config/model.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace brig::map {

// Owners are numbered: the hypervisor, the root cell, then the cells in their order.
constexpr size_t hypervisor = 0;
constexpr size_t root = 1;
constexpr size_t first_cell = 2;

enum class Kind {
    Ram,
    Device,
    Hypervisor, // its own memory
    Trapped,    // registers that the hypervisor emulates or guards
    Firmware,   // the board's tree reserves it, and nobody has it
    Spare,      // RAM or a device of the board that nobody has
    Hole,       // nothing known is here
};

// How an owner has a piece.
enum class Hold {
    Owns,
    Lends,   // the root cell, until the cell that takes it is created, and after its end
    Shares,  // at the same time as others, on purpose
    Emulated // each access traps: the hypervisor for Kind::Trapped, a cell for sub-page regions
};

struct Claim {
    size_t owner = 0;
    Hold hold = Hold::Owns;
    uint64_t guest = 0; // where the owner sees the piece
    uint64_t flags = 0; // BRIG_MEM_*
    std::string where;  // node, or file and region
};

// A range that is the same all over.
struct Piece {
    Range range;
    Kind kind = Kind::Hole;
    std::vector<Claim> claims;       // by owner
    std::vector<std::string> names;  // of the board's devices or reservations, "GICD"
    std::vector<std::string> faults; // empty: all is well
    // Of the pieces folded into this one; empty for a plain piece.
    std::vector<Piece> parts;

    const Claim* claim_of(size_t owner) const;
};

struct Owner {
    std::string name;
    std::string where; // node or file
    std::set<unsigned> cpus;
    std::set<unsigned> interrupts;
    std::vector<uint32_t> stream_ids;
    uint64_t ram = 0;               // bytes that it has while it exists
    size_t devices = 0;             // regions
    std::string console;            // "pl011 at 0x9000000", "hypervisor's"; empty: none
    std::vector<std::string> facts; // flags and the like, for people
    std::set<size_t> excludes;      // owners that never exist at the same time
};

struct Cpu {
    unsigned number = 0;
    std::string core;           // "cortex-a76"; empty when not known
    std::vector<size_t> owners; // cells; the root cell where there is none
    bool fault = false;
};

// Interrupts first..last that have the same owners.
struct Interrupts {
    unsigned first = 0;
    unsigned last = 0;
    std::vector<size_t> owners;
    std::vector<std::string> names; // "40 serial@9000000"
    bool fault = false;
};

// A device of the board, where its tree is known.
struct BoardDevice {
    std::string name;
    std::vector<Range> registers;
    std::vector<unsigned> interrupts;
    std::vector<size_t> owners;
};

struct Map {
    std::string title;
    std::vector<std::string> platform; // "GICv3 at ...", "console ..."
    std::vector<Owner> owners;
    std::vector<Piece> pieces; // ascending, without gaps in between
    std::vector<Cpu> cpus;
    std::vector<Interrupts> interrupts;
    std::vector<BoardDevice> devices;
    std::vector<std::string> faults; // of all kinds, as the checks tell them
    std::vector<std::string> warnings;

    // May these owners exist at the same time?
    bool may_coexist(size_t a, size_t b) const;
    // "hello", "hello or fault" (never at the same time), "qemu-virt and hello".
    std::string owners_text(const std::vector<size_t>& owners) const;
};

struct MapInput {
    const config::Configuration& configuration;
    std::vector<Range> reserved; // root memory that Linux leaves alone
    board::Names board;          // empty: not known
    config::Findings findings;   // faults and warnings to list
    std::string title;
};

Map make_map(const MapInput& input);

// Runs of many small pieces of one owner as one piece with parts, holes between them included.
std::vector<Piece> folded(const std::vector<Piece>& pieces);

// "RAM of hello, guest 0x0, loadable": one line about a piece.
std::string piece_text(const Map& map, const Piece& piece);
std::string kind_word(Kind kind);
std::string hold_word(Hold hold);

} // namespace brig::map
