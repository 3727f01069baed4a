/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions taken to EL3: SMCs and Group 0 interrupts of lower levels; all else is a fault. */

        .macro  save
        sub     sp, sp, #272            /* Frame, monitor.hpp */
        stp     x0, x1, [sp, #0]
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        stp     x26, x27, [sp, #208]
        stp     x28, x29, [sp, #224]
        mrs     x0, elr_el3
        mrs     x1, spsr_el3
        stp     x30, x0, [sp, #240]
        str     x1, [sp, #256]
        mov     x0, sp
        .endm

        .macro  entry handler
        .balign 0x80
        save
        bl      \handler
        b       restore
        .endm

        .section .text.vectors, "ax"
        .balign 0x800
        .global firmware_vectors
firmware_vectors:
        .rept   8                       /* from EL3 itself */
        entry   firmware_fault
        .endr
        .rept   2                       /* from lower levels, AArch64 and AArch32 */
        entry   firmware_sync
        entry   firmware_fault
        entry   firmware_fiq
        entry   firmware_fault
        .endr

restore:
        ldp     x30, x0, [sp, #240]
        ldr     x1, [sp, #256]
        msr     elr_el3, x0
        msr     spsr_el3, x1
        ldp     x0, x1, [sp, #0]
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldp     x18, x19, [sp, #144]
        ldp     x20, x21, [sp, #160]
        ldp     x22, x23, [sp, #176]
        ldp     x24, x25, [sp, #192]
        ldp     x26, x27, [sp, #208]
        ldp     x28, x29, [sp, #224]
        add     sp, sp, #272
        eret

        /* firmware_enter(frame): leaves EL3 with these registers, and this CPU's stack empty. The
         * frame lies on that stack, so it moves up from its end. */
        .global firmware_enter
firmware_enter:
        mrs     x1, tpidr_el3
        ldr     x1, [x1]                /* Cpu::stack, monitor.hpp */
        sub     x3, x1, #272
        add     x0, x0, #272
1:      ldr     x2, [x0, #-8]!
        str     x2, [x1, #-8]!
        cmp     x1, x3
        b.hi    1b
        mov     sp, x3
        b       restore
