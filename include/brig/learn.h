/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What learn mode has recorded. The record is part of the image (struct brig_image_extension says
 * where) and the root cell may read it. All zero until learn mode is switched on for the first
 * time.
 */
#ifndef BRIG_LEARN_H
#define BRIG_LEARN_H

#include <brig/types.h>

#define BRIG_LEARN_MAGIC "BRIGLRN" /* 8 bytes with the NUL */
#define BRIG_LEARN_VERSION 1
#define BRIG_LEARN_MAX_REGIONS 512
#define BRIG_LEARN_MAX_CALLS 64

/* Kind of an access */
#define BRIG_LEARN_READ 0
#define BRIG_LEARN_WRITE 1
#define BRIG_LEARN_EXECUTE 2
#define BRIG_LEARN_WALK 3 /* by the MMU, for Linux's page tables */

/* Pages that the root cell touched although its configuration does not list them; what is known of
 * an access is known of the first one. */
struct brig_learn_region {
    brig_u64 start;   /* physical, page aligned */
    brig_u64 size;    /* bytes, whole pages */
    brig_u64 address; /* accessed; of a walk only the page is known */
    brig_u64 pc;      /* virtual address of the instruction, at EL1 */
    brig_u32 kind;
    brig_u32 width; /* bytes, 0: unknown */
    brig_u32 cpu;   /* logical id */
    brig_u32 padding;
};

/* A firmware call that the board's policy does not list. */
struct brig_learn_call {
    brig_u64 pc;           /* of the first call, as the other fields up to results */
    brig_u64 arguments[7]; /* x1-x7 */
    brig_u64 results[4];   /* x0-x3 */
    brig_u32 function;
    brig_u32 count; /* calls so far */
    brig_u32 cpu;
    brig_u32 returned; /* 0: the firmware has not come back from the first call */
};

struct brig_learn_record {
    char magic[8];
    brig_u32 version;
    brig_u32 size; /* of this structure, bytes */
    brig_u32 on;
    brig_u32 num_regions;
    brig_u32 num_calls;
    brig_u32 padding;
    brig_u64 lost_pages; /* reached, but there was no room for them */
    brig_u64 lost_calls; /* forwarded; each call of an id without room counts */
    brig_u64 reserved[2];
    struct brig_learn_region regions[BRIG_LEARN_MAX_REGIONS]; /* in the order of the accesses */
    struct brig_learn_call calls[BRIG_LEARN_MAX_CALLS];
};

BRIG_STATIC_ASSERT(sizeof(struct brig_learn_region) == 48);
BRIG_STATIC_ASSERT(sizeof(struct brig_learn_call) == 112);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_learn_record, regions) == 64);
BRIG_STATIC_ASSERT(sizeof(struct brig_learn_record) == 0x7c40);

#endif
