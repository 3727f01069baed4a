// SPDX-License-Identifier: Apache-2.0
// The guest's general-purpose registers, as the vectors put them on the EL2 stack. In the fast tier
// of an exit x19-x29 are not stored yet (they still hold the guest's values, AAPCS64 keeps them);
// the slow tier has all. ELR_EL2 and SPSR_EL2 stay in their registers: nothing nests at EL2.
#pragma once

#include <cstdint>

namespace brig {

struct Frame {
    uint64_t x[31];
    uint64_t unused; // keeps the stack pointer 16-byte aligned

    /// Register 31 reads as zero.
    uint64_t get(unsigned n) const { return n < 31 ? x[n] : 0; }
    void set(unsigned n, uint64_t value) {
        if (n < 31)
            x[n] = value;
    }
    /// True if the fast tier has stored register n.
    static constexpr bool in_fast_tier(unsigned n) { return n < 19 || n >= 30; }
};

static_assert(sizeof(Frame) == 256);

} // namespace brig
