// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gic/pending.hpp"
#include "lib/atomic.hpp"

namespace brig::gicv2 {

/// The physical CPU interface as Linux had set it.
struct SavedInterface {
    uint32_t ctlr;
    uint32_t hcr;
    uint32_t vmcr;
};

struct CpuState {
    unsigned num_list_registers;
    PendingInterrupts pending;
    unsigned interface; // number of the CPU interface, 0 to 7: the bit in target lists
    /// Virtual SGIs that are pending and not yet in a list register, laid out like GICD_SPENDSGIR:
    /// a byte per SGI, in it a bit per sending CPU interface.
    Atomic<uint32_t> sgi_sources[4];
    SavedInterface saved;

    void forget_sgis() {
        for (auto& sources : sgi_sources)
            sources.store_relaxed(0);
    }
};

} // namespace brig::gicv2
