// SPDX-License-Identifier: GPL-2.0-only
/* The module: device node, ioctls, and what must not happen to Linux while Brig is enabled. */

#include "brig.h"

#include <linux/arm-smccc.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/limits.h>
#include <linux/pm.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <linux/suspend.h>

#include <uapi/linux/psci.h>

#define REBOOT_LOCK_TRIES	500
#define REBOOT_LOCK_MS		10

struct brig_state brig = {
	.lock = __MUTEX_INITIALIZER(brig.lock),
	.active = __RWSEM_INITIALIZER(brig.active),
	.cells = LIST_HEAD_INIT(brig.cells),
	.kept = LIST_HEAD_INIT(brig.kept),
};

long brig_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	const void __user *user = (const void __user *)arg;

	switch (command) {
	case BRIG_IOCTL_ENABLE:
		return brig_enable(user);
	case BRIG_IOCTL_DISABLE:
		return brig_disable();
	case BRIG_IOCTL_CELL_CREATE:
		return brig_cell_create(user);
	case BRIG_IOCTL_CELL_LOAD:
		return brig_cell_load(user);
	case BRIG_IOCTL_CELL_START:
		return brig_cell_start(user);
	case BRIG_IOCTL_CELL_DESTROY:
		return brig_cell_destroy(user);
	case BRIG_IOCTL_INSPECT:
		return brig_inspect((void __user *)arg);
	case BRIG_IOCTL_CONSOLE_TEST:
		return brig_console_test(user);
	default:
		return -EINVAL;
	}
}

static struct miscdevice brig_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = BRIG_NAME,
	.fops = &brig_fops,
};

/* A management operation that hangs must not keep the machine from rebooting. */
static bool lock_for_reboot(void)
{
	int tries;

	for (tries = 0; tries < REBOOT_LOCK_TRIES; tries++) {
		if (mutex_trylock(&brig.lock))
			return true;
		msleep(REBOOT_LOCK_MS);
	}
	return false;
}

/*
 * Ends Linux here and now, through the firmware, for when it cannot go down in order: it waits for
 * each of its CPUs and one is parked, or it wants to jump into another kernel without its EL2. The
 * hypervisor lets the root cell's reset and power-off calls through.
 */
static void end_now(unsigned long action)
{
	if (action == SYS_RESTART) {
		pr_emerg("restarting the machine at once\n");
		emergency_restart();
	} else if (action == SYS_POWER_OFF) {
		pr_emerg("powering the machine off at once\n");
		if (pm_power_off)
			pm_power_off();
		arm_smccc_1_1_smc(PSCI_0_2_FN_SYSTEM_OFF, NULL);
		pr_emerg("powering off failed\n");
	}
}

/* Linux goes down, and should find EL2 as it was. */
static int on_reboot(struct notifier_block *block, unsigned long action, void *command)
{
	bool kexec = action == SYS_RESTART && command && !strcmp(command, "kexec reboot");
	bool locked, parked;

	if (!brig.enabled)
		return NOTIFY_DONE;
	locked = lock_for_reboot();
	if (locked)
		brig_disable_locked();
	parked = brig.enabled && brig_failed_root_cpu() >= 0;
	if (locked)
		mutex_unlock(&brig.lock);
	if (!brig.enabled)
		return NOTIFY_DONE;

	pr_warn("going down while Brig is enabled\n");
	if (parked || kexec)
		end_now(action);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = {
	.notifier_call = on_reboot,
	.priority = INT_MAX,	/* others wait for CPUs that may be parked */
};

/* Suspend and hibernation go through the hyp stub, which is not there while Brig is. */
static int on_pm(struct notifier_block *block, unsigned long event, void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		if (!brig.enabled)
			return NOTIFY_DONE;
		pr_warn("suspend and hibernation are impossible while Brig is enabled; disable it first (brig disable)\n");
		return NOTIFY_BAD;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block pm_block = {
	.notifier_call = on_pm,
};

static int __init brig_init(void)
{
	int ret;

	ret = brig_sysfs_init();
	if (ret)
		return ret;
	ret = brig_pci_init();
	if (ret)
		goto exit_sysfs;
	ret = register_pm_notifier(&pm_block);
	if (ret)
		goto exit_pci;
	ret = register_reboot_notifier(&reboot_block);
	if (ret)
		goto unregister_pm;
	ret = misc_register(&brig_misc);
	if (!ret)
		return 0;

	unregister_reboot_notifier(&reboot_block);
unregister_pm:
	unregister_pm_notifier(&pm_block);
exit_pci:
	brig_pci_exit();
exit_sysfs:
	brig_sysfs_exit();
	return ret;
}

/* Cannot run while enabled: that holds a reference on the module. */
static void __exit brig_exit(void)
{
	misc_deregister(&brig_misc);
	unregister_reboot_notifier(&reboot_block);
	unregister_pm_notifier(&pm_block);
	brig_pci_exit();
	brig_sysfs_core_remove();
	brig_memory_release();
	brig_sysfs_exit();
}

module_init(brig_init);
module_exit(brig_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Brig: loads the partitioning hypervisor and manages its cells");
