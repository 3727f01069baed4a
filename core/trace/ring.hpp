// SPDX-License-Identifier: Apache-2.0
// One CPU's ring of exits (include/brig/trace.h says what a reader may rely on).
#pragma once

#include <cstdint>

#include "brig/trace.h"

namespace brig {

/// Part of Cpu, so of standard layout: for begin() and end() alone, but for `on`.
struct ExitRing {
    brig_trace_ring* head;
    brig_exit* exits;
    uint64_t mask; // of an index into them
    bool on;       // the CPU's vectors are those that record; trace::follow() keeps it

    /// Copies all of `exit`, whose duration is 0.
    void begin(const brig_exit& exit);
    /// The exit of the last begin() is over.
    void end(uint64_t now);
};

} // namespace brig
