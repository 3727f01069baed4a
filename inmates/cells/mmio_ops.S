/* SPDX-License-Identifier: Apache-2.0 */
/* Loads to and stores from every register, for the mmio cell. */
    .macro  enter
    stp     x29, x30, [sp, #-96]!
    stp     x27, x28, [sp, #16]
    stp     x25, x26, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x21, x22, [sp, #64]
    stp     x19, x20, [sp, #80]
    .endm

    .macro  leave
    ldp     x19, x20, [sp, #80]
    ldp     x21, x22, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #32]
    ldp     x27, x28, [sp, #16]
    ldp     x29, x30, [sp], #96
    ret
    .endm

    .altmacro

// uint64_t load(address): through xN, whose old value must disappear.
    .macro  make_load n
load_\n:
    enter
    .if     \n != 0
    mov     x\n, #-1
    .endif
    ldr     x\n, [x0]
    .if     \n != 0
    mov     x0, x\n
    .endif
    leave
    .endm

// uint64_t load32(address): the upper half becomes zero.
    .macro  make_load32 n
load32_\n:
    enter
    .if     \n != 0
    mov     x\n, #-1
    .endif
    ldr     w\n, [x0]
    .if     \n != 0
    mov     x0, x\n
    .endif
    leave
    .endm

// void store(address, value): from xN.
    .macro  make_store n
store_\n:
    enter
    .if     \n == 2
    mov     x3, x0
    mov     x2, x1
    str     x2, [x3]
    .else
    mov     x2, x0
    mov     x\n, x1
    str     x\n, [x2]
    .endif
    leave
    .endm

    .macro  address prefix, n
    .quad   \prefix\()_\n
    .endm

    .macro  for_all operation, prefix
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
               23, 24, 25, 26, 27, 28, 29, 30
    .ifb    \prefix
    \operation \n
    .else
    \operation \prefix, \n
    .endif
    .endr
    .endm

    .text
    for_all make_load
    for_all make_load32
    for_all make_store

    .section .rodata
    .balign 8
    .global mmio_loads, mmio_loads32, mmio_stores
mmio_loads:
    for_all address, load
mmio_loads32:
    for_all address, load32
mmio_stores:
    for_all address, store

    .text
// uint64_t mmio_load_sp(address), address 16-byte aligned; interrupts must be masked.
    .global mmio_load_sp
mmio_load_sp:
    mov     x9, sp
    mov     sp, x0
    ldr     x0, [sp, #8]
    mov     sp, x9
    ret

// void mmio_store_sp(address, value)
    .global mmio_store_sp
mmio_store_sp:
    mov     x9, sp
    mov     sp, x0
    str     x1, [sp, #8]
    mov     sp, x9
    ret
