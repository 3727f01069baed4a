/* SPDX-License-Identifier: Apache-2.0 */
/* What a table of exception vectors of EL2 is made of. */
#ifndef BRIG_VECTORS_H
#define BRIG_VECTORS_H

#include "layout.h"

.macro SAVE_CALLER_SAVED
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    str     x30, [sp, #240]
.endm

.macro RESTORE_CALLER_SAVED_AND_RETURN
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldr     x18, [sp, #144]
    ldr     x30, [sp, #240]
    ldp     x0, x1, [sp], #FRAME_SIZE
    eret
    dsb     nsh                 /* never executed, nor speculated past */
.endm

/* x19 is in the frame already. */
.macro SAVE_THE_REST
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
.endm

.macro RESTORE_ALL_AND_RETURN
    ldr     x19, [sp, #152]
    ldp     x20, x21, [sp, #160]
    ldp     x22, x23, [sp, #176]
    ldp     x24, x25, [sp, #192]
    ldp     x26, x27, [sp, #208]
    ldp     x28, x29, [sp, #224]
    RESTORE_CALLER_SAVED_AND_RETURN
.endm

/* The CPU will never leave EL2 again, so a register of EL1 serves as scratch; the stack may be the
 * reason, so the frame goes to the end of the CPU's data page. */
.macro HYP_EXCEPTION
    .balign 0x80
    msr     tpidr_el1, x0
    mrs     x0, tpidr_el2
    add     x0, x0, #PAGE_SIZE - FRAME_SIZE
    stp     x1, x2, [x0, #8]
    b       brig_save_hyp_exception
.endm

/* A table named \table that passes exits on to these functions (trap/exits.hpp). An exit from a cell
 * fits its slot: save what AAPCS64 lets C++ clobber, call the fast tier, restore, return. Only when
 * the fast tier declines are the other registers stored. */
.macro EXIT_VECTORS table, sync_fast, sync_slow, interrupt, events
    .section .text.vectors, "ax"
    .balign 2048
    .global \table
\table:
    .rept 8                     /* from EL2 itself, with SP_EL0 or SP_EL2 */
    HYP_EXCEPTION
    .endr

    .balign 0x80                /* synchronous, from a cell */
    SAVE_CALLER_SAVED
    mov     x0, sp
    mrs     x1, esr_el2
    bl      \sync_fast
    cbnz    w0, 1f
    RESTORE_CALLER_SAVED_AND_RETURN

    .balign 0x80                /* IRQ, from a cell */
    SAVE_CALLER_SAVED
    bl      \interrupt
    cbz     w0, 2f
    RESTORE_CALLER_SAVED_AND_RETURN

    HYP_EXCEPTION               /* FIQ: all interrupts are in Group 1 */
    HYP_EXCEPTION               /* SError: goes to the cell, HCR_EL2.AMO is clear */
    .rept 4                     /* from AArch32, which no cell runs in */
    HYP_EXCEPTION
    .endr

1:  SAVE_THE_REST
    mov     w2, w0
    mov     x0, sp
    mrs     x1, esr_el2
    bl      \sync_slow
    RESTORE_ALL_AND_RETURN

2:  SAVE_THE_REST
    mov     x0, sp
    bl      \events
    RESTORE_ALL_AND_RETURN
.endm

#endif
