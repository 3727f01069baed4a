// SPDX-License-Identifier: Apache-2.0
// What the interrupt controller code keeps per CPU.
#pragma once

#include "lib/atomic.hpp"
#include "lib/bitmap.hpp"

namespace brig {

constexpr unsigned kMaxIntid = 1020; // SGIs, PPIs and SPIs
constexpr unsigned kFirstLpi = 8192;
constexpr unsigned kLpiLimit = 65536; // Linux uses 16 INTID bits at most

/// Interrupts that found no free list register, by INTID. An INTID below 1020 is physically active
/// until the guest has seen it, so it can wait here only once; LPIs and SGIs merge.
struct PendingInterrupts {
    Bitmap<kMaxIntid> basic;
    uint32_t* lpis; // bitmap of INTIDs from kFirstLpi on; null until the first overflow is possible
    uint32_t count;
};

/// The physical CPU interface as Linux had set it.
struct SavedInterface {
    uint64_t pmr;
    uint64_t ctlr;
    uint64_t bpr1;
    uint64_t igrpen1;
    uint64_t ich_hcr;
    uint64_t ich_vmcr;
};

struct GicCpuState {
    uint64_t redistributor; // physical address of the RD frame
    unsigned num_list_registers;
    /// Virtual SGIs that other CPUs of the cell have sent, one bit each.
    Atomic<uint32_t> incoming_sgis;
    PendingInterrupts pending;
    SavedInterface saved;
};

} // namespace brig
