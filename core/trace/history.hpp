// SPDX-License-Identifier: Apache-2.0
// The last exits of each CPU, always, for whoever asks afterwards what happened. Few instructions:
// no counter, no duration. All callers are behind `if constexpr (config::exit_history)`.
#pragma once

#include "arch/guest.hpp"
#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::history {

constexpr size_t kExits = 64;
constexpr uint64_t kSize = kExits * sizeof(brig_exit);
static_assert(kSize == kPageSize); // a ring begins at a multiple of its size

/// Gives the CPU its ring: in the evidence, or where that has no room in a page of the pool.
Result<void> init(Cpu& cpu);

/// Hot: registers are read before anything is stored, so that stores go in pairs.
inline void note(Cpu& cpu, uint64_t reason, uint64_t x0) {
    const auto last = reinterpret_cast<uint64_t>(cpu.history);
    const uint64_t next = align_down(last, kSize) | ((last + sizeof(brig_exit)) & (kSize - 1));
    const uint64_t time = arch::counter();
    const uint64_t pc = arch::guest_pc();
    cpu.history = reinterpret_cast<brig_exit*>(next);
    cpu.history->time = time;
    cpu.history->pc = pc;
    cpu.history->reason = reason;
    cpu.history->x0 = x0;
}

/// Of the abort that note() was called for.
inline void note_address(Cpu& cpu, uint64_t address) {
    cpu.history->address = address;
}

/// Copies what there is, oldest first; returns the number. For the CPU itself, or one that stands.
size_t copy(const Cpu& cpu, brig_exit (&exits)[kExits]);

} // namespace brig::history
