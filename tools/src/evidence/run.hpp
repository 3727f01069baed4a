// SPDX-License-Identifier: Apache-2.0
// What a run of the hypervisor has left in memory, read from a copy of its area.
#pragma once

#include "util/file.hpp"

#include <brig/evidence.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace brig::evidence {

struct LogLine {
    uint64_t sequence; // of its first entry
    uint64_t time;
    unsigned cpu;
    bool cell; // printed by a cell
    bool open; // its end has not been printed, or is lost
    std::string text;
};

struct CpuStages {
    unsigned cpu;
    brig_boot_stages raw;
};

struct Run {
    brig_evidence_header header{};
    std::string version;
    std::string board;
    std::vector<CpuStages> stages;          // of CPUs that have left one
    std::vector<LogLine> lines;             // in the order in which they began
    uint64_t overwritten = 0;               // log entries that newer ones have taken the place of
    uint64_t damaged = 0;                   // log entries that did not survive
    std::vector<brig_crash_record> crashes; // by time
    std::vector<unsigned> damaged_crashes;  // CPUs whose record did not survive
    std::map<unsigned, std::vector<brig_exit>> exits; // the last ones of each CPU, oldest first
    bool complete = true; // false: the area goes on behind the end of the copy

    // Seconds since the beginning of the run.
    double seconds(uint64_t time) const;
};

// All areas with a valid header, at any multiple of 8 in `memory`; the newest run first.
std::vector<Run> find_runs(const Bytes& memory);

// How many headers there are that are not valid any more.
unsigned count_damaged(const Bytes& memory);

} // namespace brig::evidence
