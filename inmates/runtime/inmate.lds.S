/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layout of an inmate: a flat binary whose first instruction is at offset 0 and whose command line
 * is at offset 0x1000. Everything, stacks and page tables included, fits into 64 KiB.
 */
OUTPUT_ARCH(aarch64)
ENTRY(_start)

SECTIONS
{
    . = INMATE_BASE;
    __image_start = .;

    .text.start : { KEEP(*(.text.start)) }
    . = INMATE_BASE + 0x800;
    .text.vectors : { KEEP(*(.text.vectors)) }
    . = INMATE_BASE + 0x1000;
    .cmdline : { KEEP(*(.cmdline)) }

    .text : { *(.text .text.*) }
    .rodata : { *(.rodata .rodata.*) }
    .init_array : { KEEP(*(.init_array*)) KEEP(*(.ctors*)) }
    .data : { *(.data .data.*) *(.got .got.*) }

    . = ALIGN(16);
    .bss (NOLOAD) : { *(.bss .bss.*) *(COMMON) . = ALIGN(16); __bss_end = .; }
    .tables (NOLOAD) : ALIGN(4096) { *(.tables) }
    .stacks (NOLOAD) : ALIGN(16) { *(.stacks) }
    __image_end = .;
    __bss_start = ADDR(.bss);

    ASSERT(. - INMATE_BASE <= 0x10000, "the inmate does not fit into 64 KiB")
    ASSERT(SIZEOF(.init_array) == 0, "nobody runs constructors of static objects")
    ASSERT(SIZEOF(.data) == 0, "initialised data would survive a restart without a load")
    ASSERT(__cmdline == INMATE_BASE + 0x1000, "the command line moved")

    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) *(.gnu.*) *(.interp) *(.dyn*) }
}
