/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A recorded exit: why a CPU came from a cell into the hypervisor, and when. */
#ifndef BRIG_EXIT_H
#define BRIG_EXIT_H

#include <brig/types.h>

/* `reason` of an interrupt: this and the INTID in the low 32 bits. Of everything else: ESR_EL2. */
#define BRIG_EXIT_INTERRUPT (1ull << 63)

struct brig_exit {
    brig_u64 time; /* CNTPCT_EL0 */
    brig_u64 pc;   /* ELR_EL2 */
    brig_u64 reason;
    brig_u64 x0;       /* of a synchronous exit */
    brig_u64 far;      /* FAR_EL2: means something in aborts only, as the next one */
    brig_u64 hpfar;    /* HPFAR_EL2 */
    brig_u32 duration; /* ticks in EL2, 0: not known (yet); saturates */
    brig_u32 cell;     /* id */
    brig_u64 reserved;
};

BRIG_STATIC_ASSERT(sizeof(struct brig_exit) == 64);

#endif
