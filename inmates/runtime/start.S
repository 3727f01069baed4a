/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry of the boot CPU and of the others, MMU set-up and the exception vectors.
 *
 * A CPU arrives here at EL1 with MMU and caches off, interrupts masked. Secondary CPUs are started by
 * PSCI CPU_ON with their index (never 0) as context; it is in x0, or in x1 under a hypervisor
 * that keeps to the reference there.
 */
#include "layout.h"

    .section .text.start, "ax"
    .global _start
_start:
    b       boot_entry

    .global __cmdline
    .section .cmdline, "aw"
__cmdline:
    .zero   INMATE_CMDLINE_SIZE

    .section .stacks, "aw", %nobits
    .balign 16
stack_boot:
    .skip   INMATE_BOOT_STACK
stack_boot_top:
    .skip   INMATE_STACK * (INMATE_MAX_CPUS - 1)

    .text
boot_entry:
    msr     daifset, #0xf
    adr     x0, inmate_vectors
    msr     vbar_el1, x0
    adrp    x0, stack_boot_top
    add     sp, x0, :lo12:stack_boot_top
    msr     tpidr_el1, xzr

    // Lines that were loaded into a cache before this start must not shadow what is written with
    // the caches off.
    bl      clean_image

    adrp    x0, __bss_start
    add     x0, x0, :lo12:__bss_start
    adrp    x1, __bss_end
    add     x1, x1, :lo12:__bss_end
0:  cmp     x0, x1
    b.hs    1f
    stp     xzr, xzr, [x0], #16
    b       0b
1:
    bl      build_page_tables
    bl      enable_mmu
    bl      inmate_start
    b       inmate_stop

    .global secondary_entry
secondary_entry:
    msr     daifset, #0xf
    adr     x2, inmate_vectors
    msr     vbar_el1, x2
    cbnz    x0, 0f
    mov     x0, x1
0:  msr     tpidr_el1, x0
    mov     x19, x0
    bl      enable_mmu
    adrp    x1, stack_boot_top
    add     x1, x1, :lo12:stack_boot_top
    mov     x2, #INMATE_STACK
    madd    x1, x19, x2, x1
    mov     sp, x1
    mov     x0, x19
    bl      inmate_secondary
    // falls through

    .global inmate_stop
inmate_stop:
    msr     daifset, #0xf
0:  wfi
    b       0b

// Clean and invalidate all of the image, stacks and tables included. Clobbers x0-x3.
clean_image:
    mrs     x2, ctr_el0
    ubfx    x2, x2, #16, #4
    mov     x3, #4
    lsl     x3, x3, x2
    adrp    x0, __image_start
    adrp    x1, __image_end
    add     x1, x1, :lo12:__image_end
0:  dc      civac, x0
    add     x0, x0, x3
    cmp     x0, x1
    b.lo    0b
    dsb     sy
    ret

// Uses no stack. Clobbers x0-x3.
enable_mmu:
    ldr     x0, =INMATE_MAIR
    msr     mair_el1, x0
    ldr     x0, =INMATE_TCR
    mrs     x1, id_aa64mmfr0_el1
    and     x1, x1, #7              // PARange; 7 and more would need a larger granule
    cmp     x1, #5
    mov     x2, #5
    csel    x1, x1, x2, ls
    bfi     x0, x1, #32, #3
    msr     tcr_el1, x0
    adrp    x0, page_tables
    msr     ttbr0_el1, x0
    dsb     sy
    tlbi    vmalle1
    ic      iallu
    dsb     sy
    isb
    mrs     x0, sctlr_el1
    ldr     x1, =INMATE_SCTLR_ON
    orr     x0, x0, x1
    msr     sctlr_el1, x0
    isb
    ret

// void disable_mmu(): flat, uncached and executable addresses from here on.
    .global disable_mmu
disable_mmu:
    mov     x9, x30
    bl      clean_image
    mrs     x0, sctlr_el1
    ldr     x1, =INMATE_SCTLR_ON
    bic     x0, x0, x1
    msr     sctlr_el1, x0
    isb
    bl      clean_image
    tlbi    vmalle1
    ic      iallu
    dsb     sy
    isb
    ret     x9

    .macro  vector kind
    .balign 0x80
    sub     sp, sp, #INMATE_FRAME_SIZE
    stp     x0, x1, [sp]
    mov     x0, #\kind
    b       exception_entry
    .endm

    .section .text.vectors, "ax"
    .global inmate_vectors
    .balign 0x800
inmate_vectors:
    .irp    kind, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vector  \kind
    .endr
    .balign 0x80

    .text
// x0 = vector number, x0 and x1 of the interrupted code are in the frame.
exception_entry:
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
    mrs     x2, elr_el1
    stp     x30, x2, [sp, #240]
    mrs     x2, spsr_el1
    add     x3, sp, #INMATE_FRAME_SIZE
    stp     x2, x3, [sp, #256]
    mov     x1, sp
    bl      inmate_exception
    ldr     x2, [sp, #256]
    msr     spsr_el1, x2
    ldp     x30, x2, [sp, #240]
    msr     elr_el1, x2
    ldp     x28, x29, [sp, #224]
    ldp     x26, x27, [sp, #208]
    ldp     x24, x25, [sp, #192]
    ldp     x22, x23, [sp, #176]
    ldp     x20, x21, [sp, #160]
    ldp     x18, x19, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #INMATE_FRAME_SIZE
    eret
