/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* ioctls of /dev/brig (magic 0); structures have natural alignment. */
#ifndef BRIG_IOCTL_H
#define BRIG_IOCTL_H

#include <brig/types.h>

#ifdef __KERNEL__
#include <linux/ioctl.h>
#else
#include <sys/ioctl.h>
#endif

#define BRIG_CELL_ID_BY_NAME (-1)
#define BRIG_IOCTL_NAME_SIZE 32

struct brig_cell_id {
    brig_s32 id; /* BRIG_CELL_ID_BY_NAME: look the name up */
    brig_u32 padding;
    char name[BRIG_IOCTL_NAME_SIZE];
};

struct brig_cell_create {
    brig_u64 config_address;
    brig_u32 config_size;
    brig_u32 padding;
};

struct brig_image {
    brig_u64 source_address; /* user */
    brig_u64 size;
    brig_u64 target_address; /* guest */
    brig_u64 padding;
};

/* Followed by num_images struct brig_image. */
struct brig_cell_load {
    struct brig_cell_id id;
    brig_u32 num_images;
    brig_u32 padding;
};

/* Who holds EL2, see struct brig_inspection. */
#define BRIG_EL2_FREE 0           /* the kernel's hyp stub, which gives it away */
#define BRIG_EL2_KERNEL 1         /* the kernel itself runs there (VHE) */
#define BRIG_EL2_ENTERED_AT_EL1 2 /* the kernel never had it */
#define BRIG_EL2_KVM 3
#define BRIG_EL2_STRANGER 4

#define BRIG_CONDUIT_NONE 0 /* no PSCI node in the device tree */
#define BRIG_CONDUIT_SMC 1
#define BRIG_CONDUIT_HVC 2

#define BRIG_NOT_ASKED 0xffffffffu

/*
 * INSPECT, an addition to the reference's interface: what only the kernel can find out before
 * enabling. Nothing is changed; the firmware is asked for versions alone.
 */
struct brig_inspection {
    brig_u32 size;    /* of this structure: set by the caller; the driver fills at most that much */
    brig_u32 el2;     /* BRIG_EL2_*, the first CPU's that is not free */
    brig_u32 el2_cpu; /* which CPU that is */
    brig_u32 conduit; /* BRIG_CONDUIT_* */
    brig_u64 el2_answer;
    brig_u32 psci_version;  /* as PSCI_VERSION, or BRIG_NOT_ASKED */
    brig_u32 smccc_version; /* as SMCCC_VERSION; 0x10000 if the firmware does not tell */
    /* Asked only from SMCCC 1.1 on, where every firmware must answer unknown calls with -1. */
    brig_u32 asked_more;
    brig_u32 padding;
    brig_u64 sdei_version; /* as SDEI_VERSION; top bit set: none */
    brig_u32 tee_uid[4];   /* of the trusted OS; first word BRIG_NOT_ASKED: none */
    brig_u32 tee_major;
    brig_u32 tee_minor;
};

#define BRIG_IOCTL_ENABLE _IOW(0, 0, brig_u64)
#define BRIG_IOCTL_DISABLE _IO(0, 1)
#define BRIG_IOCTL_CELL_CREATE _IOW(0, 2, struct brig_cell_create)
#define BRIG_IOCTL_CELL_LOAD _IOW(0, 3, struct brig_cell_load)
#define BRIG_IOCTL_CELL_START _IOW(0, 4, struct brig_cell_id)
#define BRIG_IOCTL_CELL_DESTROY _IOW(0, 5, struct brig_cell_id)
/* Additions. Both fail with EBUSY while Brig is enabled. */
#define BRIG_IOCTL_INSPECT _IOWR(0, 0x40, struct brig_inspection)
/*
 * Argument as ENABLE. Loads the image and has it print one line on the configuration's debug
 * console; errors are those of ENABLE before it enters, and BRIG_EL2_SELF_TEST's (image.h).
 */
#define BRIG_IOCTL_CONSOLE_TEST _IOW(0, 0x41, brig_u64)

BRIG_STATIC_ASSERT(sizeof(struct brig_cell_id) == 40);
BRIG_STATIC_ASSERT(sizeof(struct brig_cell_create) == 16);
BRIG_STATIC_ASSERT(sizeof(struct brig_image) == 32);
BRIG_STATIC_ASSERT(sizeof(struct brig_inspection) == 72);
BRIG_STATIC_ASSERT(sizeof(struct brig_cell_load) == 48);

#endif
