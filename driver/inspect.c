// SPDX-License-Identifier: GPL-2.0-only
/*
 * INSPECT and CONSOLE_TEST, the kernel's part of `brig doctor`: looks at the machine before
 * anything is enabled, and leaves it as it was.
 */

#include "brig.h"

#include <linux/arm-smccc.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <uapi/linux/psci.h>

#define SDEI_VERSION		0xc4000020
#define TRUSTED_OS_UID		0xbf00ff01
#define TRUSTED_OS_REVISION	0xbf00ff03
#define UNKNOWN_CALL		0xffffffff

static void call(u32 conduit, u32 function, struct arm_smccc_res *res)
{
	if (conduit == BRIG_CONDUIT_SMC)
		arm_smccc_smc(function, 0, 0, 0, 0, 0, 0, 0, res);
	else
		arm_smccc_hvc(function, 0, 0, 0, 0, 0, 0, 0, res);
}

/* How Linux calls the firmware. PSCI 0.1 has no PSCI_VERSION, so it does not count. */
static u32 find_conduit(void)
{
	static const char * const compatibles[] = { "arm,psci-1.0", "arm,psci-0.2" };
	struct device_node *node = NULL;
	const char *method;
	u32 conduit = BRIG_CONDUIT_NONE;
	int i;

	for (i = 0; !node && i < ARRAY_SIZE(compatibles); i++)
		node = of_find_compatible_node(NULL, NULL, compatibles[i]);
	if (node && !of_property_read_string(node, "method", &method))
		conduit = !strcmp(method, "hvc") ? BRIG_CONDUIT_HVC : BRIG_CONDUIT_SMC;
	of_node_put(node);
	return conduit;
}

static void ask_firmware(struct brig_inspection *inspection)
{
	struct arm_smccc_res res;
	int i;

	inspection->psci_version = BRIG_NOT_ASKED;
	inspection->smccc_version = arm_smccc_get_version();
	inspection->sdei_version = ~0ULL;
	inspection->tee_uid[0] = BRIG_NOT_ASKED;
	inspection->conduit = find_conduit();
	if (inspection->conduit == BRIG_CONDUIT_NONE)
		return;
	call(inspection->conduit, PSCI_0_2_FN_PSCI_VERSION, &res);
	inspection->psci_version = res.a0;

	/* Older firmware need not survive a call that it does not know. */
	if (inspection->smccc_version < ARM_SMCCC_VERSION_1_1)
		return;
	inspection->asked_more = 1;
	call(inspection->conduit, SDEI_VERSION, &res);
	inspection->sdei_version = res.a0;
	call(inspection->conduit, TRUSTED_OS_UID, &res);
	if ((u32)res.a0 == UNKNOWN_CALL)
		return;
	for (i = 0; i < 4; i++)
		inspection->tee_uid[i] = (&res.a0)[i];
	call(inspection->conduit, TRUSTED_OS_REVISION, &res);
	if ((u32)res.a0 == UNKNOWN_CALL)
		return;
	inspection->tee_major = res.a0;
	inspection->tee_minor = res.a1;
}

int brig_inspect(void __user *arg)
{
	struct brig_inspection inspection = { .size = sizeof(inspection) };
	u32 size;

	if (get_user(size, (u32 __user *)arg))
		return -EFAULT;
	if (size < sizeof(u32))
		return -EINVAL;
	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (brig.enabled) {
		mutex_unlock(&brig.lock);
		return -EBUSY;
	}
	cpus_read_lock();
	brig_probe_inspect(&inspection);
	cpus_read_unlock();
	ask_firmware(&inspection);
	mutex_unlock(&brig.lock);
	return copy_to_user(arg, &inspection, min_t(size_t, size, sizeof(inspection))) ? -EFAULT : 0;
}

struct self_test {
	phys_addr_t entry;
	int result;
};

static void self_test_cpu(void *info)
{
	struct self_test *test = info;
	u64 cpu = smp_processor_id();

	test->result = brig_takeover(test->entry, cpu | BRIG_EL2_SELF_TEST, brig_pstate());
}

/* Holds the hotplug lock; EL2 is free, the image is in its memory. */
static int self_test_loaded(void)
{
	struct self_test test = {
		.entry = brig.memory.phys + brig.memory.el2_entry,
		.result = -ENXIO,
	};
	int ret;

	if (brig.memory.image_version < 2) {
		pr_err("cannot test the console: the hypervisor image is older than this driver and has no self-test\n");
		return -EOPNOTSUPP;
	}
	brig_memory_set_online_cpus(1);
	ret = smp_call_function_single(cpumask_first(cpu_online_mask), self_test_cpu, &test, 1);
	return ret ? ret : test.result;
}

static int self_test_locked(const struct brig_system_config *config, size_t config_size)
{
	const struct firmware *image = brig_request_image();
	int ret;

	if (IS_ERR(image))
		return PTR_ERR(image);
	brig_keep(&brig.kept, config->debug_console.address, config->debug_console.size);
	cpus_read_lock();
	ret = brig_probe_cpus();
	if (!ret) {
		brig_sysfs_core_remove();
		brig_memory_release();
		ret = brig_memory_load(config, config_size, image);
	}
	if (!ret) {
		ret = self_test_loaded();
		brig_memory_release();
	}
	cpus_read_unlock();
	brig_keep_release(&brig.kept);
	release_firmware(image);
	return ret;
}

int brig_console_test(const void __user *arg)
{
	struct brig_system_config *config;
	size_t config_size;
	int ret = -EINTR;

	config = brig_copy_system_config(arg, &config_size);
	if (IS_ERR(config))
		return PTR_ERR(config);
	if (!mutex_lock_interruptible(&brig.lock)) {
		ret = brig.enabled ? -EBUSY : self_test_locked(config, config_size);
		mutex_unlock(&brig.lock);
	}
	kvfree(config);
	return ret;
}
