// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a function on all CPUs at once. on_each_cpu() will not do: before 5.12 it waited for the
 * others before it ran the function itself, and the hypervisor lets nobody go before all are in.
 */

#include "brig.h"

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/smp.h>

/*
 * Static, and numbered: a CPU that does not take the interrupt in time (the hypervisor has parked
 * it) must not run the function alone when it wakes up.
 */
static struct {
	unsigned long round;
	atomic_t pending;
	void (*function)(void *info);
	void *info;
} call;

static void run(void *round)
{
	if ((unsigned long)round != READ_ONCE(call.round))
		return;
	call.function(call.info);
	atomic_dec_return_release(&call.pending);
}

/*
 * With interrupts masked on each CPU. Waits at most timeout_ms, 0: for ever. Returns how many CPUs
 * have not come back; info may be reused only if none. Holds brig.lock and the hotplug lock.
 */
int brig_run_on_all_cpus(void (*function)(void *info), void *info, unsigned int timeout_ms)
{
	ktime_t timeout = ktime_add_ms(ktime_get(), timeout_ms);
	void *round = (void *)call.round;
	unsigned long flags;

	call.function = function;
	call.info = info;
	atomic_set_release(&call.pending, num_online_cpus());

	preempt_disable();
	smp_call_function_many(cpu_online_mask, run, round, false);
	local_irq_save(flags);
	run(round);
	local_irq_restore(flags);
	preempt_enable();

	while (atomic_read_acquire(&call.pending) &&
	       (!timeout_ms || ktime_before(ktime_get(), timeout)))
		usleep_range(100, 1000);
	WRITE_ONCE(call.round, call.round + 1);
	return atomic_read(&call.pending);
}
