/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls into the running hypervisor. Without one, the kernel's hyp stub answers with garbage. */
#ifndef BRIG_DRIVER_HYPERCALL_H
#define BRIG_DRIVER_HYPERCALL_H

#include <linux/stringify.h>
#include <linux/types.h>

#include <brig/hypercall.h>

static inline long brig_hypercall(u64 code, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("hvc #" __stringify(BRIG_HVC_IMMEDIATE)
		     : "+r" (x0), "+r" (x1), "+r" (x2)
		     :
		     : "x3", "memory");
	return x0;
}

#endif
