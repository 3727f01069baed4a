// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gic/pending.hpp"
#include "lib/atomic.hpp"

namespace brig::gicv3 {

/// The physical CPU interface as Linux had set it.
struct SavedInterface {
    uint64_t pmr;
    uint64_t ctlr;
    uint64_t bpr1;
    uint64_t igrpen1;
    uint64_t ich_hcr;
    uint64_t ich_vmcr;
};

struct CpuState {
    unsigned num_list_registers;
    PendingInterrupts pending;
    uint64_t redistributor; // physical address of the RD frame
    /// Virtual SGIs that other CPUs of the cell have sent, one bit each.
    Atomic<uint32_t> incoming_sgis;
    SavedInterface saved;

    void forget_sgis() { incoming_sgis.store_relaxed(0); }
};

} // namespace brig::gicv3
