// SPDX-License-Identifier: Apache-2.0
#pragma once

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

} // namespace brig
