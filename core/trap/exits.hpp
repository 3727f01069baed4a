// SPDX-License-Identifier: Apache-2.0
// Synchronous exits come in two tiers: the fast one runs with a partial frame and answers what is
// frequent, the slow one has all registers and does the rest.
#pragma once

#include "cpu/cpu.hpp"

namespace brig {

/// What the fast tier says; the vectors pass everything but `done` on to the slow tier.
enum class Verdict : uint32_t {
    done = 0,
    again = 1,     // the slow tier shall handle the exit from the start
    unhandled = 2, // violation: nothing handles this
    forbidden = 3, // violation: not allowed
};

namespace hypercall {
/// Codes that need no other CPU and no memory; the rest is left to slow(). x0 and x1 hold code and
/// argument.
Verdict fast(Cpu& cpu, Frame& frame);
void slow(Cpu& cpu, Frame& frame);
} // namespace hypercall

namespace smc {
Verdict fast(Cpu& cpu, Frame& frame);
Verdict slow(Cpu& cpu, Frame& frame);
} // namespace smc

namespace data_abort {
/// Emulated devices. Registers x19-x29 only in the slow tier.
Verdict handle(Cpu& cpu, Frame& frame, uint64_t esr, bool full_frame);
} // namespace data_abort

/// Prints the dump, parks the CPU and returns when it has been started again.
void violation(Cpu& cpu, Frame& frame, uint64_t esr, Verdict verdict);

} // namespace brig

/// Called by the vectors.
extern "C" {
brig::Verdict brig_sync_fast(brig::Frame& frame, uint64_t esr);
void brig_sync_slow(brig::Frame& frame, uint64_t esr, brig::Verdict verdict);
/// False: brig_events() must follow, with a full frame.
bool brig_interrupt(void);
void brig_events(brig::Frame& frame);
[[noreturn]] void brig_hyp_exception(brig::Frame& frame);

// The same four, recording: trace/exits.cpp.
brig::Verdict brig_traced_sync_fast(brig::Frame& frame, uint64_t esr);
void brig_traced_sync_slow(brig::Frame& frame, uint64_t esr, brig::Verdict verdict);
bool brig_traced_interrupt(void);
void brig_traced_events(brig::Frame& frame);
}
