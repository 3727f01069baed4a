// SPDX-License-Identifier: Apache-2.0
// Hypercalls and SMCs. Both may clobber what their calling conventions allow.
#pragma once

#include "arch.hpp"

#include <brig/hypercall.h>

namespace brig {

// Result: >= 0 or a negative errno. Issued only when the cell knows that it runs on Brig.
inline int64_t hypercall(uint64_t code, uint64_t arg1 = 0, uint64_t arg2 = 0) {
    register uint64_t x0 asm("x0") = code;
    register uint64_t x1 asm("x1") = arg1;
    register uint64_t x2 asm("x2") = arg2;
    asm volatile("hvc #" INMATE_EXPAND(BRIG_HVC_IMMEDIATE)
                 : "+r"(x0), "+r"(x1), "+r"(x2)
                 :
                 : "x3", "memory");
    return static_cast<int64_t>(x0);
}

inline int64_t smc(uint64_t id, uint64_t arg1 = 0, uint64_t arg2 = 0, uint64_t arg3 = 0) {
    register uint64_t x0 asm("x0") = id;
    register uint64_t x1 asm("x1") = arg1;
    register uint64_t x2 asm("x2") = arg2;
    register uint64_t x3 asm("x3") = arg3;
    asm volatile("smc #0"
                 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                 :
                 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                   "x16", "x17", "memory");
    return static_cast<int64_t>(x0);
}

} // namespace brig
