// SPDX-License-Identifier: Apache-2.0
// A recording in numbers: per CPU or cell, and reason.
#pragma once

#include "trace/reason.hpp"
#include "trace/recording.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace brig::trace {

struct ReasonSummary {
    std::string reason;
    Kind kind = Kind::other;
    uint64_t count = 0;
    double rate = 0;        // per second
    double share = 0;       // of the CPU's or cell's exits, 0 to 1
    double longest_gap = 0; // seconds between two of this reason on a CPU; 0 with fewer than two
    double inside = 0;      // seconds in the hypervisor, of those exits whose duration is known
    double longest = 0;     // seconds, of one exit
    uint64_t pc = 0;        // the most frequent one
    double pc_share = 0;    // of the exits of this reason
};

// What a CPU and a cell have in common.
struct Summary {
    uint64_t exits = 0;
    double seconds = 0; // from the first to the last exit
    double inside = 0;
    std::vector<ReasonSummary> reasons; // most frequent first
};

struct CpuSummary : Summary {
    unsigned cpu = 0;
    std::vector<uint32_t> cells; // ids, in the order of their first exits
    uint64_t lost = 0;
};

struct CellSummary : Summary {
    uint32_t cell = 0; // id
    std::vector<unsigned> cpus;
};

// Of all CPUs that have any exits, or of one.
std::vector<CpuSummary> summarise(const Recording& recording, std::optional<unsigned> only = {});

// Of all cells that have any exits, by id; of one CPU what it did for each.
std::vector<CellSummary> summarise_cells(const Recording& recording,
                                         std::optional<unsigned> only = {});

// A table per CPU with the `rows` most frequent reasons each; 0: all.
std::string report_text(const Recording& recording, const std::vector<CpuSummary>& cpus,
                        size_t rows);
// The same per cell.
std::string report_text(const Recording& recording, const std::vector<CellSummary>& cells,
                        size_t rows);
nlohmann::ordered_json report_json(const Recording& recording, const std::vector<CpuSummary>& cpus,
                                   const std::vector<CellSummary>& cells);

// "950 ns", "12.3 us", "1.25 ms", "3.40 s".
std::string time_text(double seconds);

} // namespace brig::trace
