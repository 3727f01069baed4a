// SPDX-License-Identifier: Apache-2.0
// One CPU steering others. A CPU that is wanted finds its `attention` word set; how it is brought
// into EL2 is the interrupt controller's business (irqchip::send_management), and nothing here
// relies on that being a physical interrupt.
#pragma once

#include "cpu/cpu.hpp"
#include "cpu/cpu_set.hpp"
#include "lib/error.hpp"

namespace brig::management {

/// Holds the management lock, under which cells are created, changed and destroyed. While it waits
/// for the lock the CPU follows requests of others, so that two callers cannot wait for each other.
class Guard {
public:
    explicit Guard(Frame& frame);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// False if the CPU was taken away meanwhile: the frame belongs to somebody else, the lock is
    /// not held.
    bool held() const { return held_; }

private:
    bool held_ = false;
};

/// Returns when every CPU of the set, the caller excepted, spins in EL2. Until resume() the caller
/// may change everything that belongs to them.
void suspend(const CpuSet& cpus);
void resume(const CpuSet& cpus);

/// For a suspended CPU: it will not run guest code until it is started, and has let go of its
/// interrupts when this returns. Clears the failed marker.
void park(Cpu& cpu);
/// For a suspended or parked CPU: it leaves EL2 at `entry` in reset state, x0 = x1 = `context`.
void start(Cpu& cpu, uint64_t entry, uint64_t context);

/// PSCI CPU_ON by a CPU of the same cell. Errors: busy (not off), permission (failed).
Result<void> power_on(Cpu& cpu, uint64_t entry, uint64_t context);
/// PSCI CPU_OFF of the current CPU; returns when it has been started again.
void power_off(Cpu& cpu, Frame& frame);
/// After a violation: the CPU is failed; when its whole cell is, so is the cell. Returns like
/// power_off().
void fail(Cpu& cpu, Frame& frame);

/// What the CPU has been asked for. Returns when it may run guest code; true if that is from reset,
/// with a new frame.
bool process_events(Cpu& cpu, Frame& frame);

/// The end of a CPU on which the hypervisor itself has failed. Nobody waits for it any more.
[[noreturn]] void stop_for_good(Cpu& cpu);

} // namespace brig::management
