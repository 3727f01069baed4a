/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The virtual console: a ring in hypervisor memory that the root cell may read. */
#ifndef BRIG_CONSOLE_H
#define BRIG_CONSOLE_H

#include <brig/types.h>

#define BRIG_CONSOLE_RING_SIZE 2048

/* Byte k of the stream is at content[k % BRIG_CONSOLE_RING_SIZE]; tail counts all bytes ever
 * written. */
struct brig_virtual_console {
    brig_u32 busy; /* non-zero while the hypervisor appends */
    brig_u32 tail;
    char content[BRIG_CONSOLE_RING_SIZE];
};

BRIG_STATIC_ASSERT(sizeof(struct brig_virtual_console) == 2056);

#endif
