/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The header at offset 0 of the hypervisor image, and Brig's extension right behind it. */
#ifndef BRIG_IMAGE_H
#define BRIG_IMAGE_H

#include <brig/types.h>

#define BRIG_IMAGE_SIGNATURE "JAILHOUS" /* 8 bytes, not NUL terminated */
#define BRIG_EXTENSION_MAGIC "BRIGEXT"  /* 8 bytes with the NUL */
#define BRIG_EXTENSION_VERSION 3

#define BRIG_HYP_ABI_LEGACY 0 /* stub of kernels before 4.12 */
#define BRIG_HYP_ABI_OPCODE 1

struct brig_image_header {
    char signature[8];
    brig_u64 core_size;    /* bytes, multiple of 4096, zero-initialised data included */
    brig_u64 percpu_size;  /* bytes per CPU, multiple of 4096 */
    brig_u64 entry;        /* offset of the EL1 entry */
    brig_u64 console_page; /* offset of the virtual console */
    brig_u64 gcov_info_head;
    brig_u32 max_cpus;    /* set by the driver */
    brig_u32 online_cpus; /* set by the driver */
    brig_u64 debug_console_base;
    brig_u64 arm_linux_hyp_vectors; /* set by a driver that uses the EL1 entry */
    brig_u32 arm_linux_hyp_abi;
    brig_u32 padding;
};

/*
 * The EL2 entry, offset el2_entry from the start of the image, is called on every online CPU once,
 * concurrently, with the EL2 MMU off, at its physical address, through the hyp stub's SOFT_RESTART:
 *
 *   x0  logical CPU id; bit 32 (BRIG_EL2_PRIMARY) is set on exactly one CPU
 *   x1  virtual address at EL1 to return to
 *   x2  PSTATE to return with (SPSR format, EL1h)
 *
 * The caller has cleaned and invalidated the whole hypervisor memory to the point of coherency. The
 * image returns to EL1 at x1 with x18-x30 and SP_EL1 as they were and w0 = 0 or a negative errno,
 * the same on all CPUs.
 *
 * With bit 33 (BRIG_EL2_SELF_TEST, from version 2 on) the entry is called on one CPU alone and
 * takes nothing over: it prints a line on the configuration's debug console through the image's own
 * driver and returns with EL2 as it was. w0 is then
 *
 *     0       the UART took every byte
 *   -EIO      an access to it ended in an exception: nothing answers at that address
 *   -EBUSY    it never becomes ready to send: another type, or its clock is off
 *   -ENODEV   the configuration names no UART that this image has a driver for
 *   -EINVAL   the image is not where its configuration says, or the CPU is not in it
 *
 * The image must be loaded anew afterwards.
 */
#define BRIG_EL2_PRIMARY (1ull << 32)
#define BRIG_EL2_SELF_TEST (1ull << 33)

/* What the image was built for. */
struct brig_image_board {
    char name[32];          /* bsp/<name>, NUL terminated */
    brig_u32 console_types; /* bit n: it has a driver for BRIG_CONSOLE_* n */
    brig_u32 gic_version;
    brig_u32 maintenance_irq; /* INTID */
    brig_u32 padding;
    brig_u64 gicd_base;
    brig_u64 gicr_base; /* version 3 */
    brig_u64 dram_end;  /* first address above all DRAM */
};

struct brig_image_extension {
    char magic[8];
    brig_u32 version;
    brig_u32 size; /* of this structure, bytes */
    brig_u64 el2_entry;
    brig_u64 learn_record; /* offset (include/brig/learn.h), 0: no learn mode in the image */
    struct brig_image_board board; /* this and learn_record: from version 2 on */
    /* From version 3 on; see include/brig/evidence.h. */
    brig_u64 evidence_size; /* bytes of an area, a multiple of 4096; 0: none */
    brig_u64 evidence_area; /* set by the driver: offset of this run's area from the image; 0: the
                               first one, as the driver has zeroed both */
};

BRIG_STATIC_ASSERT(sizeof(struct brig_image_header) == 0x50);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_image_header, arm_linux_hyp_vectors) == 0x40);
BRIG_STATIC_ASSERT(sizeof(struct brig_image_board) == 0x48);
BRIG_STATIC_ASSERT(sizeof(struct brig_image_extension) == 0x78);

#endif
