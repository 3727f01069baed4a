// SPDX-License-Identifier: Apache-2.0
// Exits of all CPUs, and what it takes to explain them elsewhere.
#pragma once

#include "learn/symbols.hpp"

#include "brig/exit.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace brig::trace {

// The exits of one CPU in order. Where the reader was too late, some are missing.
struct CpuExits {
    struct Hole {
        size_t before; // index into `exits`
        uint64_t count;
    };
    std::vector<brig_exit> exits;
    std::vector<Hole> holes;

    uint64_t lost() const;
};

struct Recording {
    uint64_t frequency = 0; // ticks per second
    std::map<unsigned, CpuExits> cpus;
    std::map<uint32_t, std::string> cells; // names by id, as far as known
    learn::Symbols symbols;                // of the root cell's addresses

    double seconds(uint64_t ticks) const;
    size_t size() const; // exits of all CPUs
    // Of the first and the last exit of all; 0 without any.
    uint64_t first_time() const;
    uint64_t last_time() const;
    std::string cell_name(uint32_t id) const; // "cell 3" if it is not known
    std::string symbol(uint64_t pc) const;    // empty if it is not known
};

// Fills `symbols` from a list like /proc/kallsyms, for exits of the root cell.
void resolve(Recording& recording, const std::filesystem::path& kallsyms);

// Both throw Error.
void save(const Recording& recording, const std::filesystem::path& file);
Recording load(const std::filesystem::path& file);

} // namespace brig::trace
