// SPDX-License-Identifier: GPL-2.0-only
/* DISABLE: gives EL2 back to the kernel's hyp stub. */

#include "brig.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#define RETRIES			20
#define RETRY_MS		10
#define ANSWER_TIMEOUT_MS	15000

static int result;	/* of the CPU that failed last */

static void leave_cpu(void *unused)
{
	struct brig_memory *memory = &brig.memory;
	u64 end = memory->core_size + memory->max_cpus * memory->percpu_size;
	u64 offset;
	int ret;

	/* The contract: nothing may fault on this range once the call is under way. */
	for (offset = 0; offset < end; offset += PAGE_SIZE)
		(void)READ_ONCE(*(u32 *)(memory->base + offset));

	ret = brig_hypercall(BRIG_HC_DISABLE, 0, 0);
	if (ret)
		WRITE_ONCE(result, ret);
	else
		brig_evidence_mark(BRIG_STAGE_RELEASED);
}

/* Holds the hotplug lock. */
static int leave_once(void)
{
	int missing;

	result = 0;
	missing = brig_run_on_all_cpus(leave_cpu, NULL, ANSWER_TIMEOUT_MS);
	if (missing) {
		pr_err("cannot disable: %d CPUs do not answer\n", missing);
		return -EBUSY;
	}
	return READ_ONCE(result);
}

/* -EAGAIN: an interrupt that cannot be handed back was in flight on some CPU; it soon is over. */
static int leave(void)
{
	int tries, ret = -EAGAIN;

	for (tries = 0; ret == -EAGAIN && tries < RETRIES; tries++) {
		if (tries)
			msleep(RETRY_MS);
		ret = leave_once();
	}
	return ret;
}

/* A root CPU that the hypervisor has parked after a violation, or -1. */
int brig_failed_root_cpu(void)
{
	unsigned int cpu;

	for_each_cpu(cpu, &brig.root->cpus_assigned)
		if (brig_hypercall(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STATE) ==
		    BRIG_CPU_FAILED)
			return cpu;
	return -1;
}

/* Holds the hotplug lock. */
static int leave_from_all_root_cpus(void)
{
	int ret;

	if (!cpumask_equal(cpu_online_mask, &brig.root->cpus_assigned)) {
		pr_err("cannot disable: CPUs %*pbl are online, but the hypervisor was given %*pbl; bring all of them online first\n",
		       cpumask_pr_args(cpu_online_mask),
		       cpumask_pr_args(&brig.root->cpus_assigned));
		return -EBUSY;
	}
	down_write(&brig.active);
	ret = leave();
	if (!ret)
		brig.enabled = false;
	up_write(&brig.active);
	if (ret)
		pr_err("cannot disable: the hypervisor refused with code %d\n", ret);
	return ret;
}

/* Holds brig.lock. */
int brig_disable_locked(void)
{
	int ret, cpu;

	if (!brig.enabled)
		return -EINVAL;

	/* Waiting for a CPU that never answers would hang; so would moving CPUs between cells. */
	cpu = brig_failed_root_cpu();
	if (cpu >= 0) {
		pr_err("cannot disable: CPU %d of the root cell was parked after a violation; only a reboot brings it back\n",
		       cpu);
		return -EBUSY;
	}
	ret = brig_cell_destroy_all();
	if (ret)
		return ret;

	cpus_read_lock();
	ret = leave_from_all_root_cpus();
	cpus_read_unlock();
	if (ret)
		return ret;

	brig_console_stop();
	brig_keep_release(&brig.kept);
	brig_cell_remove(brig.root);
	brig.root = NULL;
	kvfree(brig.config);
	brig.config = NULL;
	pr_info("Brig hypervisor disabled; Linux has all CPUs and EL2 back\n");
	module_put(THIS_MODULE);
	return 0;
}

int brig_disable(void)
{
	int ret;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	ret = brig_disable_locked();
	mutex_unlock(&brig.lock);
	return ret;
}
