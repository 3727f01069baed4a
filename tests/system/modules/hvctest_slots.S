/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs one instruction, written at run time, with chosen registers. */

#include <linux/linkage.h>

#include "hvctest.h"

/* void hvctest_run(u64 regs[8], void *slot): x0-x7 from regs, the slot's instruction, x0-x7 back */
SYM_FUNC_START(hvctest_run)
	stp	x29, x30, [sp, #-112]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x0, [sp, #96]
	mov	x16, x0
	mov	x17, x1
	ldp	x0, x1, [x16]
	ldp	x2, x3, [x16, #16]
	ldp	x4, x5, [x16, #32]
	ldp	x6, x7, [x16, #48]
	br	x17
.Lreturn:
	ldr	x16, [sp, #96]
	stp	x0, x1, [x16]
	stp	x2, x3, [x16, #16]
	stp	x4, x5, [x16, #32]
	stp	x6, x7, [x16, #48]
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #112
	ret
SYM_FUNC_END(hvctest_run)

	.balign	16
SYM_CODE_START(hvctest_slots)
	.rept	HVCTEST_SLOTS
	hint	#34			// bti c
	nop				// the instruction goes here
	b	.Lreturn
	nop
	.endr
SYM_CODE_END(hvctest_slots)
