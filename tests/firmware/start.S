/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All CPUs start here together, at EL3 with the MMU off, in ROM. The first of the parameters' list
 * moves the image to RAM; the others wait for that, and then for a PSCI CPU_ON.
 */
        .equ    RAM_BASE, 8             /* Parameters, parameters.hpp */
        .equ    CPUS, 32
        .equ    MPIDR, 40
        .equ    R_AARCH64_RELATIVE, 1027

        .section .text.start, "ax"
        .global _start
_start: msr     daifset, #0xf
        mov     x24, x0                 /* what the machine's loader says */
        mov     x25, x1
        adr     x19, parameters
        ldr     x20, [x19, #RAM_BASE]
        mrs     x0, mpidr_el1
        mov     x1, #0xffffff           /* affinity fields */
        movk    x1, #0xff, lsl #32
        and     x0, x0, x1
        ldr     x1, [x19, #CPUS]
        add     x2, x19, #MPIDR
        mov     x21, #0
1:      cmp     x21, x1
        b.hs    sleep                   /* not in the list */
        ldr     x3, [x2, x21, lsl #3]
        cmp     x3, x0
        b.eq    2f
        add     x21, x21, #1
        b       1b
2:      adr     x22, _start
        adrp    x23, moved
        add     x23, x23, :lo12:moved
        sub     x23, x23, x22
        add     x23, x23, x20           /* `moved` in RAM */
        cbnz    x21, wait

        /* Copy, clear .bss, relocate. */
        str     xzr, [x23]
        adrp    x1, __data_end
        add     x1, x1, :lo12:__data_end
        mov     x2, x22
        mov     x3, x20
3:      ldp     x4, x5, [x2], #16
        stp     x4, x5, [x3], #16
        cmp     x2, x1
        b.lo    3b
        adrp    x1, __bss_end
        add     x1, x1, :lo12:__bss_end
        sub     x1, x1, x22
        add     x1, x1, x20
4:      cmp     x3, x1
        b.hs    5f
        stp     xzr, xzr, [x3], #16
        b       4b
5:      adrp    x1, __rela_start
        add     x1, x1, :lo12:__rela_start
        adrp    x2, __rela_end
        add     x2, x2, :lo12:__rela_end
6:      cmp     x1, x2
        b.hs    7f
        ldp     x3, x4, [x1], #16       /* offset, info */
        ldr     x5, [x1], #8            /* addend */
        cmp     w4, #R_AARCH64_RELATIVE
        b.ne    6b
        add     x5, x5, x20
        str     x5, [x20, x3]
        b       6b
7:      dsb     sy
        ic      iallu
        mov     x0, #1
        str     x0, [x23]
        dsb     sy
        sev

wait:   ldr     x0, [x23]
        cbnz    x0, 8f
        yield
        b       wait
8:      isb
        adr     x0, in_ram
        sub     x0, x0, x22
        add     x0, x0, x20
        br      x0

in_ram: mov     x0, x21
        adrp    x1, __stacks
        add     x1, x1, x21, lsl #12
        add     x1, x1, #0x1000
        msr     spsel, #1
        mov     sp, x1
        mov     x1, x24
        mov     x2, x25
        bl      firmware_start

sleep:  wfi
        b       sleep

        .section .parameters, "a"
        .global parameters
parameters:
        .skip   0x1000

        .bss
        .balign 8
moved:  .skip   8                       /* the image is in RAM */
