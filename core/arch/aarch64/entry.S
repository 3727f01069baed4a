// SPDX-License-Identifier: Apache-2.0
// The two ways in. Both end in brig_takeover() at EL2 with the MMU off, on the CPU's own stack.
#include "layout.h"

// Cleans and invalidates [\start, \start + \size) to the point of coherency. Clobbers all but
// \size.
.macro CLEAN_INVALIDATE start, size, line, end
    mrs     \line, ctr_el0
    ubfx    \line, \line, #16, #4
    mov     \end, #4
    lsl     \line, \end, \line
    add     \end, \start, \size
1:  dc      civac, \start
    add     \start, \start, \line
    cmp     \start, \end
    b.lo    1b
    dsb     sy
.endm

// x4: where CPU \id keeps its boot stages (include/brig/evidence.h), 0 if nowhere. x9: the image.
// Clobbers x13-x16. Reads what a driver that does not know of it has put into the configuration.
.macro FIND_STAGES id
    mov     x4, #0
    ldr     x13, [x9, #HEADER_EVIDENCE_SIZE]
    ldr     w14, [x9, #HEADER_MAX_CPUS]
    lsl     x15, x14, #8        // * STAGES_STRIDE
    add     x15, x15, #STAGES_OFFSET
    cmp     x15, x13
    b.hi    9f
    ldr     x15, [x9, #HEADER_EVIDENCE_AREA]
    cbnz    x15, 8f
    ldr     x15, [x9, #HEADER_CORE_SIZE]
    mov     x16, #PERCPU_SIZE
    madd    x15, x14, x16, x15
    add     x15, x15, x9
    ldr     w14, [x15, #CONFIG_MEMORY_SIZE]
    ldr     w15, [x15, #CONFIG_MEMORY_SIZE + 4]
    orr     x14, x14, x15, lsl #32
    cmp     x13, x14, lsr #3
    b.hi    9f
    and     x15, x14, #~(PAGE_SIZE - 1)
    sub     x15, x15, x13, lsl #1
8:  add     x4, x9, x15
    add     x4, x4, #STAGES_OFFSET
    add     x4, x4, \id, lsl #8
9:
.endm

// The stage of the record at x4, if there is one. The line may still hold the loader's zeros, and
// others may have fetched it. Clobbers x13-x16.
.macro MARK_STAGE stage
    cbz     x4, 7f
    mov     x13, x4
    mov     x14, #STAGES_STRIDE
    CLEAN_INVALIDATE x13, x14, x15, x16
    mrs     x13, cntpct_el0
    str     x13, [x4, #STAGES_TIMES + 8 * \stage]
    mov     w13, #\stage
    str     w13, [x4]
    dsb     sy
    mov     x13, x4
    CLEAN_INVALIDATE x13, x14, x15, x16
7:
.endm

// From the frame at x0.
.macro LOAD_X4_TO_X30
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x18, x19, [x0, #144]
    ldp     x20, x21, [x0, #160]
    ldp     x22, x23, [x0, #176]
    ldp     x24, x25, [x0, #192]
    ldp     x26, x27, [x0, #208]
    ldp     x28, x29, [x0, #224]
    ldr     x30, [x0, #240]
.endm

    .section .text.entry, "ax"

// Our own driver, through the hyp stub's SOFT_RESTART: include/brig/image.h describes the
// registers.
    .global brig_el2_entry
    .type brig_el2_entry, %function
brig_el2_entry:
    mrs     x3, vbar_el2

// x0: CPU id and flags, x1: where to return to at EL1, x2: PSTATE, x3: vectors to leave behind.
el2_common:
    adrp    x9, __image_start
    ldr     w10, [x9, #HEADER_MAX_CPUS]
    mov     w11, w0
    cmp     w11, w10
    b.hs    2f
    mov     x4, #0
    tbnz    x0, #33, 3f         // the self-test begins no run
    FIND_STAGES x11
    MARK_STAGE STAGE_EL2_ENTRY
3:
    ldr     x12, [x9, #HEADER_CORE_SIZE]
    add     x12, x12, x9
    mov     x13, #PERCPU_SIZE
    madd    x12, x11, x13, x12
    // The loader's zeros may still be in caches, and would overwrite what is stored uncached now.
    mov     x14, x12
    CLEAN_INVALIDATE x14, x13, x15, x16
    add     x12, x12, #PERCPU_DATA
    stp     x18, x19, [x12, #HOST_X18]
    stp     x20, x21, [x12, #HOST_X18 + 16]
    stp     x22, x23, [x12, #HOST_X18 + 32]
    stp     x24, x25, [x12, #HOST_X18 + 48]
    stp     x26, x27, [x12, #HOST_X18 + 64]
    stp     x28, x29, [x12, #HOST_X18 + 80]
    str     x30, [x12, #HOST_X18 + 96]
    mov     x13, sp
    str     x13, [x12, #HOST_SP_EL2]
    stp     x1, x2, [x12, #HOST_RETURN]
    str     x3, [x12, #HOST_VBAR_EL2]
    mov     sp, x12
    msr     tpidr_el2, x12
    mov     x1, x0
    mov     x0, x12
    mov     x2, x4
    mov     x29, xzr
    mov     x30, xzr
    b       brig_takeover
2:  msr     vbar_el2, x3
    msr     elr_el2, x1
    msr     spsr_el2, x2
    mov     w0, #-22            // -EINVAL
    eret

// The reference's driver: EL1, MMU on, at any virtual address; w0: CPU id, x30: return address. The
// image is clean only to the point of unification, and EL2 will fetch with its MMU off.
    .global brig_el1_entry
    .type brig_el1_entry, %function
brig_el1_entry:
    hint    #34                 // BTI c
    mov     w17, w0
    adrp    x9, __image_start
    ldr     x10, [x9, #HEADER_CORE_SIZE]
    mov     x11, x9
    CLEAN_INVALIDATE x11, x10, x12, x13
    ldr     w11, [x9, #HEADER_MAX_CPUS]
    mov     x12, #PERCPU_SIZE
    madd    x11, x11, x12, x10
    add     x11, x11, x9        // the configuration: EL2 reads the size of memory in it
    mov     x12, #CONFIG_MEMORY_SIZE + 8
    CLEAN_INVALIDATE x11, x12, x13, x14
    mov     x11, x17
    FIND_STAGES x11
    MARK_STAGE STAGE_EL1_ENTRY

    // The first one here is the primary. The word has a cache line of its own (image_header.cpp).
    adrp    x11, brig_elected
    add     x11, x11, :lo12:brig_elected
    mov     w13, #1
3:  ldaxr   w12, [x11]
    stlxr   w14, w13, [x11]
    cbnz    w14, 3b
    cbnz    w12, 4f
    orr     x17, x17, #(1 << 32)

    // Physical address of the bootstrap vectors: the configuration, behind the per-CPU areas, has
    // our base.
4:  add     x10, x10, x9
    ldr     w11, [x9, #HEADER_MAX_CPUS]
    mov     x12, #PERCPU_SIZE
    madd    x10, x11, x12, x10
    ldr     x10, [x10, #CONFIG_PHYS_START]
    adrp    x1, brig_bootstrap_vectors
    add     x1, x1, :lo12:brig_bootstrap_vectors
    sub     x1, x1, x9
    add     x1, x1, x10

    // Stub ABI: "set vectors" is 0 since Linux 4.12, and was 1 before.
    ldr     w0, [x9, #HEADER_HYP_ABI]
    eor     w0, w0, #1
    hvc     #0
    hvc     #0                  // arrives at el1_arrival

    .balign 2048
    .global brig_bootstrap_vectors
brig_bootstrap_vectors:
    .space  0x200
// Synchronous exception at EL2: an access of the console's self-test.
    mrs     x0, tpidr_el2
    mov     sp, x0
    b       brig_self_test_fault
    .balign 0x200
// Synchronous exception from EL1: the second HVC above, at EL2 with the MMU off.
el1_arrival:
    mrs     x3, esr_el2
    lsr     x3, x3, #26
    cmp     x3, #0x16
    b.ne    .
    mov     x0, x17
    mov     x1, x30
    mrs     x2, spsr_el2
    adrp    x9, __image_start
    ldr     x3, [x9, #HEADER_HYP_VECTORS]
    b       el2_common
    .balign 2048

// void brig_enable_mmu(area, size, ttbr, tcr, mair, sctlr): first drops from all caches what other
// CPUs may have fetched of [area, area + size) while we wrote it uncached. No memory access in
// between.
    .global brig_enable_mmu
    .type brig_enable_mmu, %function
brig_enable_mmu:
    hint    #34
    CLEAN_INVALIDATE x0, x1, x9, x10
    msr     ttbr0_el2, x2
    msr     tcr_el2, x3
    msr     mair_el2, x4
    isb
    tlbi    alle2
    ic      iallu
    dsb     nsh
    isb
    msr     sctlr_el2, x5
    isb
    ret

// void brig_return_to_guest(frame): ERET with everything from the frame, EL2 stack empty.
    .global brig_return_to_guest
    .type brig_return_to_guest, %function
brig_return_to_guest:
    hint    #34
    mrs     x1, tpidr_el2
    mov     sp, x1
    ldp     x2, x3, [x0, #16]
    LOAD_X4_TO_X30
    ldp     x0, x1, [x0]
    eret

// void brig_release(frame, host): as above, but leaves EL2 as Linux had it: MMU off, its stack
// pointer. With the MMU off nothing can be read back from caches, so everything is in registers by
// then.
    .global brig_release
    .type brig_release, %function
brig_release:
    hint    #34
    ldr     x2, [x1, #HOST_SP_EL2]
    mov     sp, x2
    ldr     x2, [x0, #16]
    msr     tpidr_el2, x2       // the guest's x2
    ldr     x2, [x1, #HOST_SCTLR_EL2]
    LOAD_X4_TO_X30
    ldr     x3, [x0, #24]
    ldp     x0, x1, [x0]
    msr     sctlr_el2, x2
    isb
    msr     ttbr0_el2, xzr
    msr     tcr_el2, xzr
    msr     mair_el2, xzr
    tlbi    alle2
    dsb     nsh
    isb
    mrs     x2, tpidr_el2
    msr     tpidr_el2, xzr
    eret
