/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors while an interrupt is measured: the first instruction of the handler reads the counter.
 * The interrupted code gives up x12-x17. In: x14 = device register that withdraws the interrupt
 * (0: none), x13 = what to write to it. Out: x15 = 1, x16 = INTID, x17 = counter.
 */
    .text
    .balign 0x800
    .global bench_vectors
bench_vectors:
    .rept   5                   // not expected here: handled as always
    .balign 0x80
    b       bench_other
    .endr
    .balign 0x80                // IRQ, current level, own stack pointer
    mrs     x17, pmccntr_el0
    mrs     x16, S3_0_C12_C12_0 // ICC_IAR1_EL1, before the level goes away
    dsb     sy
    cbz     x14, 0f
    str     w13, [x14]
0:  mov     x15, #2
    msr     cntv_ctl_el0, x15   // timer off, interrupt masked
    dsb     sy
    isb
    msr     S3_0_C12_C12_1, x16 // ICC_EOIR1_EL1
    mov     x15, #1
    eret
    .rept   10
    .balign 0x80
    b       bench_other
    .endr
    .balign 0x80

// An unexpected exception: let the runtime's vector for synchronous exceptions dump it.
bench_other:
    adr     x17, inmate_vectors
    msr     vbar_el1, x17
    add     x17, x17, #0x200
    br      x17
