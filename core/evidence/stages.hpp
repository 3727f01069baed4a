// SPDX-License-Identifier: Apache-2.0
// How far a CPU has got, in memory that outlives a reset. With the MMU off too.
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::evidence {

/// `stage`: BRIG_STAGE_*. To be called before what the stage names, which may hang.
void mark(const Cpu& cpu, uint32_t stage);

/// The CPU itself has met an error.
void mark_error(const Cpu& cpu, Error error);

} // namespace brig::evidence
