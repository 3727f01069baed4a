/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Exit tracing: each CPU has a ring of exits in the hypervisor's memory, which the root cell may
 * read from the first use on.
 */
#ifndef BRIG_TRACE_H
#define BRIG_TRACE_H

#include <brig/exit.h>

#define BRIG_TRACE_MAGIC "BRIGTRC" /* 8 bytes with the NUL */
#define BRIG_TRACE_VERSION 1

/*
 * Only the ring's CPU writes it: `begun` is incremented before an exit is written into
 * exits[n & (records - 1)] and `done` after that; the duration follows when the CPU leaves EL2, and
 * in any case before the next increment. So a copy of number n is good if n < done was read before
 * it was made, and begun <= n + records after it.
 */
struct brig_trace_ring {
    brig_u64 begun;
    brig_u64 done;
    brig_u64 first; /* number of the first exit since tracing was switched on */
    brig_u32 cpu;   /* logical id */
    brig_u32 padding;
    brig_u64 exits; /* offset of them in the area, bytes */
    brig_u64 reserved[3];
};

struct brig_trace_area {
    char magic[8];
    brig_u32 version;
    brig_u32 on;
    brig_u64 size;      /* of all, bytes, in whole pages */
    brig_u64 frequency; /* ticks per second */
    brig_u32 records;   /* per ring, a power of two */
    brig_u32 num_rings;
    brig_u64 reserved[3];
    /* followed by the rings, struct brig_trace_ring each */
};

BRIG_STATIC_ASSERT(sizeof(struct brig_trace_ring) == 64);
BRIG_STATIC_ASSERT(sizeof(struct brig_trace_area) == 64);

#endif
