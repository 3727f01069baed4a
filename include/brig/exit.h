/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A recorded exit: why a CPU came from a cell into the hypervisor, and when. */
#ifndef BRIG_EXIT_H
#define BRIG_EXIT_H

#include <brig/types.h>

/* `reason` is ESR_EL2, or, below this, an interrupt's INTID: those have 24 bits, and a syndrome
 * without exception class has its IL bit set. */
#define BRIG_EXIT_SYNDROME (1u << 25)

struct brig_exit {
    brig_u64 time;    /* CNTPCT_EL0 */
    brig_u64 pc;      /* ELR_EL2 */
    brig_u64 reason;  /* see above */
    brig_u64 x0;      /* of a synchronous exit */
    brig_u64 address; /* guest physical, of an abort; of a page-table walk only the page is right */
    brig_u32 duration; /* ticks in EL2, 0: not known (yet); saturates */
    brig_u32 cell;     /* id; known only of traced exits, as the duration */
    brig_u64 reserved[2];
};

BRIG_STATIC_ASSERT(sizeof(struct brig_exit) == 64);

#endif
