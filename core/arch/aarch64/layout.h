/* SPDX-License-Identifier: Apache-2.0 */
/* Offsets that assembly needs; C++ checks each against the structure it belongs to (layout.cpp). */
#ifndef BRIG_LAYOUT_H
#define BRIG_LAYOUT_H

/* struct brig_image_header */
#define HEADER_CORE_SIZE 0x08
#define HEADER_MAX_CPUS 0x30
#define HEADER_HYP_VECTORS 0x40
#define HEADER_HYP_ABI 0x48

/* struct brig_image_board */
#define IMAGE_BOARD_SIZE 0x48

/* struct brig_image_extension, from the start of the image */
#define HEADER_EVIDENCE_SIZE 0xb8
#define HEADER_EVIDENCE_AREA 0xc0

/* include/brig/evidence.h */
#define STAGES_OFFSET 4096
#define STAGES_STRIDE 256
#define STAGES_TIMES 16
#define STAGE_EL1_ENTRY 2
#define STAGE_EL2_ENTRY 3

/* struct brig_system_config */
#define CONFIG_PHYS_START 0x0c
#define CONFIG_MEMORY_SIZE 0x1c

/* Per-CPU area: guard page, two stack pages, data page with struct Cpu */
#define PERCPU_SIZE 0x4000
#define PERCPU_STACK 0x1000
#define PERCPU_DATA 0x3000
#define PAGE_SIZE 0x1000

/* struct brig_learn_record, in whole pages */
#define LEARN_RECORD_SIZE 0x8000

/* struct HostState, at the start of struct Cpu */
#define HOST_X18 0
#define HOST_SP_EL2 104
#define HOST_RETURN 112
#define HOST_PSTATE 120
#define HOST_VBAR_EL2 128
#define HOST_SCTLR_EL2 144

/* struct Frame */
#define FRAME_SIZE 256

#endif
