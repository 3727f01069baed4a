/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The communication region: one page per cell that hypervisor and cell share. */
#ifndef BRIG_COMM_REGION_H
#define BRIG_COMM_REGION_H

#include <brig/config.h>

#define BRIG_COMM_SIGNATURE "JHCOMM" /* 6 bytes, not NUL terminated */
#define BRIG_COMM_REVISION 2
#define BRIG_COMM_BASE 0x80000000u /* guest address by convention */

#define BRIG_CELL_RUNNING 0
#define BRIG_CELL_RUNNING_LOCKED 1
#define BRIG_CELL_SHUT_DOWN 2
#define BRIG_CELL_FAILED 3
#define BRIG_CELL_COMM_MISMATCH 4

#define BRIG_MSG_NONE 0
#define BRIG_MSG_SHUTDOWN_REQUEST 1
#define BRIG_MSG_RECONFIG_COMPLETED 2

#define BRIG_REPLY_NONE 0
#define BRIG_REPLY_UNKNOWN 1
#define BRIG_REPLY_DENIED 2
#define BRIG_REPLY_APPROVED 3
#define BRIG_REPLY_RECEIVED 4

#define BRIG_COMM_CONSOLE_PERMITTED 0x1u
#define BRIG_COMM_CONSOLE_ACTIVE 0x2u

struct brig_comm_region {
    char signature[6];
    brig_u16 revision;
    brig_u32 cell_state;
    brig_u32 msg_to_cell;
    brig_u32 reply_from_cell;
    brig_u32 flags;
    struct brig_console console;
    brig_u64 pci_mmconfig_base;
    brig_u8 gic_version;
    brig_u8 padding[7];
    brig_u64 gicd_base;
    brig_u64 gicc_base;
    brig_u64 gicr_base;
    brig_u32 vpci_irq_base; /* SPI number, INTID minus 32 */
} BRIG_PACKED;

BRIG_STATIC_ASSERT(sizeof(struct brig_comm_region) == 0x64);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_comm_region, gicd_base) == 0x48);

#endif
