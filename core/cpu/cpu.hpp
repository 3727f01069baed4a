// SPDX-License-Identifier: Apache-2.0
// The per-CPU data of EL2. TPIDR_EL2 points to it; it sits in the last page of the CPU's area,
// above the stack, below which the first page of the area is left unmapped as a guard.
#pragma once

#include <cstddef>

#include "brig/evidence.h"
#include "brig/hypercall.h"
#include "brig_config.hpp"
#include "cpu/frame.hpp"
#include "gic/cpu_state.hpp"
#include "lib/atomic.hpp"
#include "lib/bits.hpp"
#include "trace/ring.hpp"

namespace brig {

struct Cell;

constexpr uint64_t kPerCpuSize = 0x4000; // guard page, two stack pages, data page
constexpr uint64_t kPerCpuStackBottom = 0x1000;
constexpr uint64_t kPerCpuData = 0x3000;

/// What the CPU found at entry and must find again at release.
struct HostState {
    uint64_t x[13]; // x18-x30
    uint64_t sp_el2;
    uint64_t return_address;
    uint64_t pstate;
    uint64_t vbar_el2;
    uint64_t hcr_el2;
    uint64_t sctlr_el2;
    uint64_t vtcr_el2;
    uint64_t vttbr_el2;
};

/// Whether the CPU may run guest code.
enum class PowerState : uint32_t {
    on,
    off,    // waits for PSCI CPU_ON or the start of its cell
    failed, // off because of a violation
};

struct Cpu {
    HostState host;       // first: entry.S stores here
    uint64_t stack_guard; // its offset is an option of the compiler
    uint32_t id;          // Linux logical id
    bool has_aarch32_el1;
    bool primary;   // did what is done once
    bool adopted;   // its interrupt interface is a cell's
    bool has_event; // SDEI event 0 is registered
    unsigned pa_bits;
    brig_boot_stages* stages; // null: none
    uint64_t mpidr;           // affinity fields only
    int32_t workaround_1;     // ARCH_FEATURES of the firmware, see smc/smccc.hpp
    int32_t workaround_2;

    /// Changes only while the CPU is suspended.
    Cell* cell;
    uint32_t stats[BRIG_NUM_STATS];
    GicCpuState gic;
    ExitRing trace;
    brig_exit* history; // the last one, see trace/history.hpp

    // Management, see cpu/management.hpp
    SpinLock lock;              // guards what follows
    Atomic<uint32_t> attention; // the CPU shall enter process_events()
    Atomic<uint32_t> suspend_requested;
    bool suspended;                      // spins in EL2, whatever it was doing before
    Atomic<uint32_t> release_interrupts; // a suspended CPU shall empty its virtual interface
    bool stopped_for_good;               // after an exception in EL2
    bool reset_pending;
    PowerState power;
    uint64_t reset_entry;
    uint64_t reset_context;

    void count(unsigned stat) {
        if constexpr (config::statistics)
            stats[stat]++;
    }
};

static_assert(offsetof(Cpu, host) == 0);
static_assert(offsetof(Cpu, stack_guard) == 168); // core/meson.build
static_assert(sizeof(Cpu) <= kPageSize);

} // namespace brig
