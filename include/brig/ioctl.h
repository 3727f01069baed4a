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

#define BRIG_IOCTL_ENABLE _IOW(0, 0, brig_u64)
#define BRIG_IOCTL_DISABLE _IO(0, 1)
#define BRIG_IOCTL_CELL_CREATE _IOW(0, 2, struct brig_cell_create)
#define BRIG_IOCTL_CELL_LOAD _IOW(0, 3, struct brig_cell_load)
#define BRIG_IOCTL_CELL_START _IOW(0, 4, struct brig_cell_id)
#define BRIG_IOCTL_CELL_DESTROY _IOW(0, 5, struct brig_cell_id)

BRIG_STATIC_ASSERT(sizeof(struct brig_cell_id) == 40);
BRIG_STATIC_ASSERT(sizeof(struct brig_cell_create) == 16);
BRIG_STATIC_ASSERT(sizeof(struct brig_image) == 32);
BRIG_STATIC_ASSERT(sizeof(struct brig_cell_load) == 48);

#endif
