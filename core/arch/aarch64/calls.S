// SPDX-License-Identifier: Apache-2.0
// What C++ without FP registers and with few operands cannot say.

    .section .text.calls, "ax"

// void call_firmware(uint64_t (&registers)[18]): SMC #0 with x0-x17 in and out.
    .global brig_call_firmware
    .type brig_call_firmware, %function
brig_call_firmware:
    hint    #34
    stp     x29, x30, [sp, #-32]!
    mov     x29, sp
    str     x0, [sp, #16]
    ldp     x2, x3, [x0, #16]
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x0, x1, [x0]
    smc     #0
    ldr     x30, [sp, #16]
    stp     x0, x1, [x30]
    stp     x2, x3, [x30, #16]
    stp     x4, x5, [x30, #32]
    stp     x6, x7, [x30, #48]
    stp     x8, x9, [x30, #64]
    stp     x10, x11, [x30, #80]
    stp     x12, x13, [x30, #96]
    stp     x14, x15, [x30, #112]
    stp     x16, x17, [x30, #128]
    ldp     x29, x30, [sp], #32
    ret

// void brig_clear_fp_registers(void). EL2's own access is on: Linux needs CPTR_EL2.TFP clear as
// well.
    .arch_extension fp
    .arch_extension simd
    .global brig_clear_fp_registers
    .type brig_clear_fp_registers, %function
brig_clear_fp_registers:
    hint    #34
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    movi    v\n\().2d, #0
    .endr
    msr     fpcr, xzr
    msr     fpsr, xzr
    ret
