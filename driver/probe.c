// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can EL2 be taken? Found out before anything changes, on every CPU.
 *
 * `hvc #0` is the question: the kernel's hyp stub answers an unknown call with a value of its own,
 * KVM answers -1, and both go on as before. But where nobody of this kernel sits at EL2 the
 * instruction is UNDEFINED or fatal. Whether the kernel was entered at EL2 is not exported; what
 * follows from it is: EL2 exists, calls to the firmware are not made with hvc, and the kernel chose
 * the physical timer (entered at EL1 it has to take the virtual one).
 */

#include "brig.h"

#include <linux/arm-smccc.h>
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/cputype.h>
#include <asm/sysreg.h>

#include <clocksource/arm_arch_timer.h>

#define STUB_UNKNOWN_CALL	0x80000000UL	/* neither a call of the stub nor of KVM */
#define STUB_ANSWER		0xbadca11UL
#define CNTV_CTL_ENABLE		1

struct probe {
	bool ask_stub;
	atomic_t finding;	/* BRIG_EL2_* */
	int cpu;		/* where the first finding was made */
	u64 answer;
};

/* Bits [shift+3:shift] of an identification register. */
static unsigned int id_field(u64 reg, unsigned int shift)
{
	return (reg >> shift) & 0xf;
}

static u64 ask_stub(void)
{
	register u64 x0 asm("x0") = STUB_UNKNOWN_CALL;

	asm volatile("hvc #0"
		     : "+r" (x0)
		     :
		     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
		       "x13", "x14", "x15", "x16", "x17", "memory", "cc");
	return x0;
}

static void probe_cpu(void *info)
{
	struct probe *probe = info;
	int finding = BRIG_EL2_FREE;
	u64 answer = 0;

	if (read_sysreg(CurrentEL) == CurrentEL_EL2) {
		finding = BRIG_EL2_KERNEL;
	} else if (id_field(read_sysreg_s(SYS_ID_AA64PFR0_EL1), 8) == 0) {
		finding = BRIG_EL2_ENTERED_AT_EL1;
	} else if (probe->ask_stub) {
		answer = ask_stub();
		if (answer == (u64)-1)
			finding = BRIG_EL2_KVM;
		else if (answer != STUB_ANSWER)
			finding = BRIG_EL2_STRANGER;
	}
	if (finding == BRIG_EL2_FREE ||
	    atomic_cmpxchg(&probe->finding, BRIG_EL2_FREE, finding) != BRIG_EL2_FREE)
		return;
	probe->cpu = smp_processor_id();
	probe->answer = answer;
}

static int report(const struct probe *probe)
{
	switch (atomic_read(&probe->finding)) {
	case BRIG_EL2_FREE:
		return 0;
	case BRIG_EL2_KERNEL:
		pr_err("cannot enable: on CPU %d the kernel itself runs at EL2 (VHE). Boot it with: " BRIG_KERNEL_ARGUMENTS " (kernels before 5.12: rebuild with CONFIG_ARM64_VHE=n)\n",
		       probe->cpu);
		return -EOPNOTSUPP;
	case BRIG_EL2_ENTERED_AT_EL1:
		pr_err("cannot enable: the kernel was entered at EL1 (seen on CPU %d), so there is no EL2 for it to give away. Make the boot loader start it at EL2 (QEMU: -machine virtualization=on)\n",
		       probe->cpu);
		return -ENODEV;
	case BRIG_EL2_KVM:
		pr_err("cannot enable: KVM holds EL2 of CPU %d. Boot with: " BRIG_KERNEL_ARGUMENTS "\n",
		       probe->cpu);
		return -EPERM;
	default:
		pr_err("cannot enable: EL2 of CPU %d answers %#llx, so neither the kernel's hyp stub nor KVM is there. Remove the other hypervisor, or boot with: " BRIG_KERNEL_ARGUMENTS "\n",
		       probe->cpu, probe->answer);
		return -EPROTO;
	}
}

/* The kernel counts with the virtual counter only if it was entered at EL1. */
static bool uses_virtual_timer(void)
{
	char name[64];

	snprintf(name, sizeof(name), "%ps", arch_timer_read_counter);
	if (strstr(name, "cntpct"))
		return false;
	if (strstr(name, "cntvct"))
		return true;
	/* A kernel without kallsyms: the CPU running this has its tick armed. */
	return read_sysreg(cntv_ctl_el0) & CNTV_CTL_ENABLE;
}

static void find(struct probe *probe)
{
	on_each_cpu(probe_cpu, probe, 1);
	if (atomic_read(&probe->finding) != BRIG_EL2_FREE)
		return;

	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC || uses_virtual_timer()) {
		atomic_set(&probe->finding, BRIG_EL2_ENTERED_AT_EL1);
		return;
	}
	probe->ask_stub = true;
	on_each_cpu(probe_cpu, probe, 1);
}

/*
 * 0, or why EL2 cannot be taken: -EOPNOTSUPP kernel at EL2, -ENODEV kernel entered at EL1, -EPERM
 * KVM at EL2, -EPROTO somebody unknown at EL2. The caller holds the CPU hotplug lock.
 */
int brig_probe_cpus(void)
{
	struct probe probe = { .ask_stub = false };

	find(&probe);
	return report(&probe);
}

/* The same for INSPECT, without a word in the kernel log. */
void brig_probe_inspect(struct brig_inspection *inspection)
{
	struct probe probe = { .ask_stub = false };

	find(&probe);
	inspection->el2 = atomic_read(&probe.finding);
	inspection->el2_cpu = probe.cpu;
	inspection->el2_answer = probe.answer;
}

/* PSTATE of the calling context in the format of SPSR, for the way back from EL2. */
u64 brig_pstate(void)
{
	u64 pfr0 = read_sysreg_s(SYS_ID_AA64PFR0_EL1);
	u64 pfr1 = read_sysreg_s(SYS_ID_AA64PFR1_EL1);
	u64 pstate = PSR_MODE_EL1h | read_sysreg(daif);

	/* Each of these registers shows its bit where SPSR has it. */
	if (id_field(read_sysreg_s(SYS_ID_AA64MMFR1_EL1), 20))
		pstate |= read_sysreg_s(sys_reg(3, 0, 4, 2, 3));	/* PAN */
	if (id_field(read_sysreg_s(SYS_ID_AA64MMFR2_EL1), 4))
		pstate |= read_sysreg_s(sys_reg(3, 0, 4, 2, 4));	/* UAO */
	if (id_field(pfr0, 48))
		pstate |= read_sysreg_s(sys_reg(3, 3, 4, 2, 5));	/* DIT */
	if (id_field(pfr1, 4) >= 2)
		pstate |= read_sysreg_s(sys_reg(3, 3, 4, 2, 6));	/* SSBS */
	if (id_field(pfr1, 8) >= 2)
		pstate |= read_sysreg_s(sys_reg(3, 3, 4, 2, 7));	/* TCO */
	if (id_field(pfr1, 36))
		pstate |= read_sysreg_s(sys_reg(3, 0, 4, 3, 0));	/* ALLINT */
	return pstate;
}
