/* SPDX-License-Identifier: Apache-2.0 */
/* Constants that the assembler and the C++ side share. */
#ifndef INMATE_LAYOUT_H
#define INMATE_LAYOUT_H

#define INMATE_CMDLINE_SIZE 256
#define INMATE_MAX_CPUS 8
#define INMATE_BOOT_STACK 4096
#define INMATE_STACK 2048 /* of every other CPU */
#define INMATE_FRAME_SIZE 272

/* Attribute 0: Device-nGnRE; attribute 1: Normal, inner and outer write-back. */
#define INMATE_MAIR 0xff04
/* 4 KiB granule, 39 bits, inner shareable write-back walks, no TTBR1 walks. */
#define INMATE_TCR ((25 << 0) | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23))
#define INMATE_SCTLR_ON ((1 << 0) | (1 << 2) | (1 << 12)) /* M, C, I */

#endif
