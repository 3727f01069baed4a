// SPDX-License-Identifier: Apache-2.0
// What a CPU knew when it had to stop, in memory that outlives a reset.
#pragma once

#include "cpu/cpu.hpp"

namespace brig::evidence {

struct Crash {
    uint32_t kind; // BRIG_CRASH_*
    uint64_t pc;
    uint64_t sp;
    const char* reason; // cut to the room there is
};

/// Writes the record of the current CPU. Its system registers are still those of the exception.
void record_crash(const Cpu& cpu, const Frame& frame, const Crash& crash);

/// Why this CPU is about to trap into brig_hyp_exception().
void note_assertion(const char* expression, const char* file, unsigned line);

/// The reason of an exception at EL2: what was noted, or `otherwise`.
const char* noted_assertion(const Cpu& cpu, const char* otherwise);

} // namespace brig::evidence
