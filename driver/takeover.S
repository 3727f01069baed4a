/* SPDX-License-Identifier: GPL-2.0-only */
/* The step into EL2, through call SOFT_RESTART of the kernel's hyp stub. */

#include <linux/linkage.h>

#define HVC_SOFT_RESTART	1
#define ENXIO			6

/*
 * int brig_takeover(phys_addr_t entry, u64 cpu, u64 pstate)
 *
 * Branches to the physical address `entry` at EL2 with its MMU off, x0 = cpu, x1 = where to come
 * back to, x2 = pstate. Returns the image's code, or -ENXIO if the stub did not do it.
 * To be called with interrupts off. The image keeps x18-x30 and SP; everything that AAPCS64 or the
 * kernel (x18, shadow call stack) needs is saved all the same.
 */
SYM_FUNC_START(brig_takeover)
	stp	x29, x30, [sp, #-112]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x18, [sp, #96]
	mrs	x19, daif
	msr	daifset, #0xf		// also SError and pseudo-NMI: EL2 has no vectors yet

	/* An earlier image at the same address may still be in the instruction cache. */
	ic	iallu
	dsb	nsh
	isb

	mov	x4, x2
	mov	x2, x1
	mov	x1, x0
	mov	x0, #HVC_SOFT_RESTART
	adr	x3, 1f
	hvc	#0
	mov	w0, #-ENXIO		// reached only when the call was refused
1:
	msr	daif, x19
	isb
	ldr	x18, [sp, #96]
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #112
	ret
SYM_FUNC_END(brig_takeover)
