// SPDX-License-Identifier: Apache-2.0
// The console's lines in memory that outlives a reset. Calls are serialised by the console.
#pragma once

#include <cstdint>

namespace brig::evidence::log {

/// Takes the ring of this run's area, and puts into it what each CPU has printed before that, up to
/// the length of one entry. With the MMU off too.
void open();

/// Appends a character to the line that `cpu` is printing; a line feed ends it. `flags`:
/// BRIG_LOG_CELL, or 0.
void put(uint32_t cpu, char c, uint8_t flags);

} // namespace brig::evidence::log
