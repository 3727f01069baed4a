/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hypercalls: `hvc #0x4a48` with the code in x0, arguments in x1 and x2, the result in x0. */
#ifndef BRIG_HYPERCALL_H
#define BRIG_HYPERCALL_H

#define BRIG_HVC_IMMEDIATE 0x4a48

#define BRIG_HC_DISABLE 0
#define BRIG_HC_CELL_CREATE 1       /* physical address of a cell file */
#define BRIG_HC_CELL_START 2        /* cell id */
#define BRIG_HC_CELL_SET_LOADABLE 3 /* cell id */
#define BRIG_HC_CELL_DESTROY 4      /* cell id */
#define BRIG_HC_GET_INFO 5          /* BRIG_INFO_* */
#define BRIG_HC_CELL_GET_STATE 6    /* cell id */
#define BRIG_HC_CPU_GET_INFO 7      /* logical CPU, BRIG_CPU_INFO_* */
#define BRIG_HC_CONSOLE_PUTC 8      /* character */

#define BRIG_INFO_MEM_POOL_SIZE 0 /* pages */
#define BRIG_INFO_MEM_POOL_USED 1
#define BRIG_INFO_REMAP_POOL_SIZE 2
#define BRIG_INFO_REMAP_POOL_USED 3
#define BRIG_INFO_NUM_CELLS 4
/* Brig extension, root cell only: x2 is one of BRIG_LEARN_CMD_*. -EINVAL: not in this image. */
#define BRIG_INFO_LEARN 0x42520000

/* Brig extension, root cell only: x2 is one of BRIG_TRACE_CMD_*. -EINVAL: not in this image. */
#define BRIG_INFO_TRACE 0x42520001

#define BRIG_LEARN_CMD_OFF 0
#define BRIG_LEARN_CMD_ON 1
#define BRIG_LEARN_CMD_CLEAR 2 /* -EBUSY while learn mode is off */

#define BRIG_TRACE_CMD_OFF 0
#define BRIG_TRACE_CMD_ON 1 /* -ENOMEM: the page pool has no room for the rings */
/* Number of the page in hypervisor memory where struct brig_trace_area is; 0: none before ON */
#define BRIG_TRACE_CMD_LOCATE 2

#define BRIG_CPU_INFO_STATE 0
#define BRIG_CPU_INFO_STAT_BASE 1000

#define BRIG_CPU_RUNNING 0
#define BRIG_CPU_FAILED 2

/* Statistics counters: BRIG_CPU_INFO_STAT_BASE + n */
#define BRIG_STAT_TOTAL 0
#define BRIG_STAT_MMIO 1
#define BRIG_STAT_MANAGEMENT 2
#define BRIG_STAT_HYPERCALL 3
#define BRIG_STAT_MAINTENANCE 4
#define BRIG_STAT_VIRQ 5
#define BRIG_STAT_VSGI 6
#define BRIG_STAT_PSCI 7
#define BRIG_STAT_SMCCC 8
#define BRIG_NUM_STATS 9

#endif
