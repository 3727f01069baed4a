/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uint64_t check_registers_hvc(code), check_registers_smc(id): fill x1-x30 with known values, call,
 * return a bit mask of those that changed (bit n = xn).
 */
    .macro  check name, instruction:vararg
    .text
    .global \name
\name:
    stp     x29, x30, [sp, #-96]!
    stp     x27, x28, [sp, #16]
    stp     x25, x26, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x21, x22, [sp, #64]
    stp     x19, x20, [sp, #80]
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
               24, 25, 26, 27, 28, 29, 30
    mov     x\n, #0x5a00 + \n
    .endr
    \instruction
    // Result in the stack word below; x0 is the only scratch register.
    sub     sp, sp, #16
    str     xzr, [sp]
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
               24, 25, 26, 27, 28, 29, 30
    mov     x0, #0x5a00 + \n
    cmp     x0, x\n
    b.eq    1f
    ldr     x0, [sp]
    orr     x0, x0, #1 << \n
    str     x0, [sp]
1:
    .endr
    ldr     x0, [sp], #16
    ldp     x19, x20, [sp, #80]
    ldp     x21, x22, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #32]
    ldp     x27, x28, [sp, #16]
    ldp     x29, x30, [sp], #96
    ret
    .endm

    check   check_registers_hvc, hvc #0x4a48
    check   check_registers_smc, smc #0
