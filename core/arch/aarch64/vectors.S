// SPDX-License-Identifier: Apache-2.0
// The exception vectors of EL2.
#include "vectors.h"

EXIT_VECTORS brig_vectors, brig_sync_fast, brig_sync_slow, brig_interrupt, brig_events

    .global brig_save_hyp_exception
    .type brig_save_hyp_exception, %function
brig_save_hyp_exception:
    mrs     x1, tpidr_el1
    str     x1, [x0]
    stp     x3, x4, [x0, #24]
    stp     x5, x6, [x0, #40]
    stp     x7, x8, [x0, #56]
    stp     x9, x10, [x0, #72]
    stp     x11, x12, [x0, #88]
    stp     x13, x14, [x0, #104]
    stp     x15, x16, [x0, #120]
    stp     x17, x18, [x0, #136]
    stp     x19, x20, [x0, #152]
    stp     x21, x22, [x0, #168]
    stp     x23, x24, [x0, #184]
    stp     x25, x26, [x0, #200]
    stp     x27, x28, [x0, #216]
    stp     x29, x30, [x0, #232]
    mov     x1, sp
    str     x1, [x0, #248]      // Frame::unused carries the old stack pointer
    mov     sp, x0
    b       brig_hyp_exception
