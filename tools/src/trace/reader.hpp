// SPDX-License-Identifier: Apache-2.0
// Follows the rings of exits while the hypervisor writes them. What it returns is in order and
// whole; what was overwritten before it came is counted.
#pragma once

#include "trace/recording.hpp"

#include "brig/trace.h"

#include <cstddef>

namespace brig::trace {

// The area of include/brig/trace.h, byte by byte.
class Source {
public:
    virtual ~Source() = default;
    // Reads in the order of the calls. Returns the number of bytes, less at the end of the area.
    virtual size_t read(uint64_t offset, void* to, size_t size) = 0;
};

enum class Start {
    switched_on, // with the first exit since tracing was switched on
    now,         // with the next one
};

class Reader {
public:
    // Throws Error if the source has no area, or one that it does not understand.
    Reader(Source& source, Start start);

    // Takes what is there, but for each CPU's newest exit, whose duration may be missing.
    void poll();
    // Takes that as well: for the end, when tracing is off.
    void finish();

    uint32_t records() const { return area_.records; } // per ring
    bool on() const { return area_.on != 0; }          // when this reader was made
    Recording& recording() { return recording_; }

private:
    struct Ring {
        uint64_t head; // offset in the area
        uint64_t next; // number of the exit to be read next
    };

    brig_trace_ring read_head(const Ring& ring);
    void take(Ring& ring, bool all);
    void copy(const brig_trace_ring& head, uint64_t from, uint64_t to, std::vector<brig_exit>& out);
    void exact(uint64_t offset, void* to, size_t size);

    Source& source_;
    brig_trace_area area_{};
    std::vector<Ring> rings_;
    Recording recording_;
};

} // namespace brig::trace
