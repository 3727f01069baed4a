// SPDX-License-Identifier: Apache-2.0
// The memory that outlives a reset (include/brig/evidence.h): where it is, and who gets which part.
#pragma once

#include "brig/evidence.h"
#include "brig_config.hpp"
#include "lib/bits.hpp"

namespace brig::evidence {

/// Bytes of one run's area; 0: not built in.
constexpr uint64_t kAreaSize = uint64_t{config::evidence_size} * 1024;

/// A part of this run's area. Element `n` of those per CPU belongs to the CPU with that id.
struct Part {
    uint64_t base = 0;
    uint64_t stride = 0;
    uint64_t count = 0;

    /// Address of an element, 0 if there is none.
    uint64_t element(uint64_t index) const { return index < count ? base + index * stride : 0; }
};

/// What the parts of an area of `area_size` bytes are for `max_cpus` CPUs.
struct Plan {
    brig_evidence_part parts[BRIG_EVIDENCE_MAX_PARTS];
    uint32_t count;
};
Plan plan(uint64_t area_size, uint32_t max_cpus);

/// Both areas, at the end of hypervisor memory; empty if none fit there.
Range reserve(Range memory, uint32_t max_cpus);

/// Begins the run in `area`, one of the two that `areas` (not empty) consists of: writes its
/// header. The driver has left zeros there, but for boot stages and the number of the run. Works
/// with the MMU off.
void begin(Range areas, uint64_t area, uint32_t max_cpus, Range image, const char* board);

/// A part by its type, BRIG_EVIDENCE_*. Without elements if there is none, or before begin().
Part find(uint32_t type);

/// Writes to memory what a reset would lose with the caches.
void keep(uint64_t start, uint64_t size);

} // namespace brig::evidence
