// SPDX-License-Identifier: GPL-2.0-only
/*
 * ENABLE. What can be refused is refused before anything changes; README.md lists the reasons and
 * their error codes.
 */

#include "brig.h"

#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>

static char *firmware = BRIG_NAME ".bin";
module_param(firmware, charp, 0644);
MODULE_PARM_DESC(firmware, "File name of the hypervisor image, below /lib/firmware");

struct entering {
	phys_addr_t entry;
	int primary;
	int result;	/* of the CPU that failed last; the image returns the same on all */
};

/*
 * The image waits for every online CPU and takes a CPU's number from the configuration, so an
 * unexpected or missing CPU would leave the others waiting for ever. Holds the hotplug lock.
 */
static int check_cpus(const struct brig_system_config *config)
{
	u32 max_cpus = brig_config_max_cpus(&config->root_cell);
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (brig_config_has_cpu(&config->root_cell, cpu))
			continue;
		pr_err("cannot enable: CPU %u is online, but not in the configuration%s. Add it there, or put it offline: echo 0 > /sys/devices/system/cpu/cpu%u/online\n",
		       cpu, cpu >= max_cpus ? " (beyond its last CPU)" : "", cpu);
		return -ERANGE;
	}
	for (cpu = 0; cpu < max_cpus; cpu++) {
		if (!brig_config_has_cpu(&config->root_cell, cpu))
			continue;
		if (cpu < nr_cpu_ids && cpu_online(cpu))
			continue;
		pr_err("cannot enable: the configuration has CPU %u, which is not online. Bring it online (echo 1 > /sys/devices/system/cpu/cpu%u/online), or take it out of the configuration\n",
		       cpu, cpu);
		return -ENXIO;
	}
	return brig_probe_cpus();
}

/* Opens the clock gate of the debug console, if it has one. */
static int open_clock_gate(const struct brig_console *console)
{
	bool inverted = console->flags & BRIG_CON_INVERTED_GATE;
	bool masked = console->flags & BRIG_CON_WRITE_MASKED_GATE;
	void __iomem *gate;
	u32 value;

	if (!console->clock_reg)
		return 0;
	if (console->gate_nr >= (masked ? 16 : 32)) {
		pr_err("cannot enable: debug console: clock gate bit %u does not exist\n",
		       console->gate_nr);
		return -EINVAL;
	}
	gate = ioremap(console->clock_reg, sizeof(u32));
	if (!gate) {
		pr_err("cannot enable: debug console: mapping the clock gate register at %#llx failed\n",
		       console->clock_reg);
		return -EINVAL;
	}
	if (masked) {
		/* The upper half selects the bits that the lower half writes. */
		value = BIT(console->gate_nr + 16);
		if (inverted)
			value |= BIT(console->gate_nr);
	} else {
		value = readl(gate);
		if (inverted)
			value &= ~BIT(console->gate_nr);
		else
			value |= BIT(console->gate_nr);
	}
	writel(value, gate);
	iounmap(gate);
	return 0;
}

static void enter_cpu(void *info)
{
	struct entering *entering = info;
	u64 cpu = smp_processor_id();
	int ret;

	if (cpu == entering->primary)
		cpu |= BRIG_EL2_PRIMARY;
	brig_evidence_mark(BRIG_STAGE_DRIVER);
	ret = brig_takeover(entering->entry, cpu, brig_pstate());
	if (ret) {
		brig_evidence_mark(BRIG_STAGE_RELEASED);
		WRITE_ONCE(entering->result, ret);
	}
}

/* Sends all online CPUs into the image at once. Holds the hotplug lock. */
static int enter(void)
{
	struct entering entering = {
		.entry = brig.memory.phys + brig.memory.el2_entry,
		.primary = cpumask_first(cpu_online_mask),
	};

	brig_evidence_begin();
	brig_memory_set_online_cpus(num_online_cpus());
	brig_run_on_all_cpus(enter_cpu, &entering, 0);

	if (entering.result)
		pr_err("cannot enable: the hypervisor refused with code %d; its console (sysfs: " BRIG_NAME "/console, and its UART) tells why\n",
		       entering.result);
	return entering.result;
}

/* The root cell's object, which exists before the hypervisor does. */
static int add_root_cell(struct brig_system_config *config)
{
	unsigned int cpu;
	int ret;

	brig.root = brig_cell_alloc(&config->root_cell);
	if (!brig.root)
		return -ENOMEM;
	ret = brig_sysfs_cell_add(brig.root);
	if (ret) {
		brig.root = NULL;
		return ret;
	}
	list_add(&brig.root->node, &brig.cells);
	for_each_cpu(cpu, &brig.root->cpus_assigned) {
		ret = brig_stats_add_cpu(brig.root, cpu);
		if (ret) {
			brig_cell_remove(brig.root);
			brig.root = NULL;
			return ret;
		}
	}
	return 0;
}

/* All that follows the image's arrival. Holds the hotplug lock, so the CPUs stay those checked. */
static int enable_with_image(struct brig_system_config *config, size_t config_size,
			     const struct firmware *image)
{
	bool console = config->flags & BRIG_SYS_VIRTUAL_CONSOLE;
	int ret;

	ret = check_cpus(config);
	if (ret)
		return ret;

	brig_sysfs_core_remove();
	brig_memory_release();
	ret = brig_memory_load(config, config_size, image);
	if (ret)
		return ret;
	ret = brig_sysfs_core_add();
	if (ret)
		goto release_memory;
	if (config->flags & BRIG_SYS_LEARN && !brig.memory.learn_record) {
		pr_err("cannot enable: learn mode was asked for, but this image has none; build it with CONFIG_LEARN=y\n");
		ret = -ENOSYS;
		goto remove_core;
	}
	ret = open_clock_gate(&config->debug_console);
	if (ret)
		goto remove_core;
	ret = add_root_cell(config);
	if (ret)
		goto remove_core;

	brig_console_start(console);
	ret = enter();
	if (ret)
		goto stop_console;

	brig.config = config;
	down_write(&brig.active);
	brig.enabled = true;
	up_write(&brig.active);
	kobject_uevent(&brig.root->kobj, KOBJ_ADD);
	return 0;

stop_console:
	brig_console_stop();
	brig_cell_remove(brig.root);
	brig.root = NULL;
remove_core:
	brig_sysfs_core_remove();
release_memory:
	brig_memory_release();
	return ret;
}

/* The image file, or an ERR_PTR. */
const struct firmware *brig_request_image(void)
{
	const struct firmware *image;
	char *name;
	int ret;

	/* A copy, as the parameter can change; `echo` leaves a line feed at its end. */
	kernel_param_lock(THIS_MODULE);
	name = kstrdup(firmware, GFP_KERNEL);
	kernel_param_unlock(THIS_MODULE);
	if (!name)
		return ERR_PTR(-ENOMEM);

	ret = request_firmware(&image, strim(name), brig.dev);
	if (ret)
		pr_err("cannot enable: reading the hypervisor image /lib/firmware/%s failed (%d)\n",
		       strim(name), ret);
	kfree(name);
	return ret ? ERR_PTR(ret) : image;
}

/* Holds brig.lock. Takes the configuration over on success. */
static int enable_locked(struct brig_system_config *config, size_t config_size)
{
	const struct firmware *image;
	int ret;

	/* Asked twice: here for an early answer, later with the hotplug lock held to the end. */
	cpus_read_lock();
	ret = check_cpus(config);
	cpus_read_unlock();
	if (ret)
		return ret;

	image = brig_request_image();
	if (IS_ERR(image))
		return PTR_ERR(image);

	brig_keep(&brig.kept, config->debug_console.address, config->debug_console.size);
	cpus_read_lock();
	ret = enable_with_image(config, config_size, image);
	cpus_read_unlock();
	if (ret)
		brig_keep_release(&brig.kept);
	release_firmware(image);
	return ret;
}

int brig_enable(const void __user *arg)
{
	struct brig_system_config *config;
	size_t config_size;
	int ret;

	config = brig_copy_system_config(arg, &config_size);
	if (IS_ERR(config))
		return PTR_ERR(config);

	ret = -EINTR;
	if (mutex_lock_interruptible(&brig.lock))
		goto free_config;
	ret = -EBUSY;
	if (brig.enabled || !try_module_get(THIS_MODULE))
		goto unlock;
	ret = enable_locked(config, config_size);
	if (ret)
		goto put_module;

	pr_info("Brig hypervisor enabled on %u CPUs; Linux is now the root cell \"%s\"\n",
		cpumask_weight(&brig.root->cpus_assigned), brig.root->name);
	if (config->flags & BRIG_SYS_LEARN)
		brig_learn_warn();
	mutex_unlock(&brig.lock);
	return 0;

put_module:
	module_put(THIS_MODULE);
unlock:
	mutex_unlock(&brig.lock);
free_config:
	kvfree(config);
	return ret;
}
