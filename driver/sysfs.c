// SPDX-License-Identifier: GPL-2.0-only
/* /sys/devices/brig: state of the hypervisor and of every cell. Only `learn` and `trace` can be
 * written. */

#include "brig.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <brig/comm_region.h>

static struct kobject *cells_dir;
static struct bin_attribute core_attr;

/* A hypercall on behalf of a reader; -EINVAL when there is no hypervisor (any more). */
long brig_query(u64 code, u64 arg1, u64 arg2)
{
	long ret = -EINVAL;

	down_read(&brig.active);
	if (brig.enabled)
		ret = brig_hypercall(code, arg1, arg2);
	up_read(&brig.active);
	return ret;
}

static ssize_t console_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return brig_console_latest(buffer);
}
static DEVICE_ATTR_RO(console);

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%d\n", brig.enabled);
}
static DEVICE_ATTR_RO(enabled);

static ssize_t kept_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return brig_keep_show(&brig.kept, buffer);
}
static DEVICE_ATTR_RO(kept);

static ssize_t info_show(u64 type, char *buffer)
{
	long value = brig_query(BRIG_HC_GET_INFO, type, 0);

	return sysfs_emit(buffer, "%ld\n", value < 0 ? 0 : value);
}

#define INFO_ATTR(_name, _type)								\
	static ssize_t _name##_show(struct device *dev, struct device_attribute *attr,	\
				    char *buffer)					\
	{										\
		return info_show(_type, buffer);					\
	}										\
	static DEVICE_ATTR_RO(_name)

INFO_ATTR(mem_pool_size, BRIG_INFO_MEM_POOL_SIZE);
INFO_ATTR(mem_pool_used, BRIG_INFO_MEM_POOL_USED);
INFO_ATTR(remap_pool_size, BRIG_INFO_REMAP_POOL_SIZE);
INFO_ATTR(remap_pool_used, BRIG_INFO_REMAP_POOL_USED);

static struct attribute *brig_root_attrs[] = {
	&dev_attr_console.attr,
	&dev_attr_enabled.attr,
	&dev_attr_kept.attr,
	&dev_attr_mem_pool_size.attr,
	&dev_attr_mem_pool_used.attr,
	&dev_attr_remap_pool_size.attr,
	&dev_attr_remap_pool_used.attr,
	NULL
};
static const struct attribute_group brig_root_group = { .attrs = brig_root_attrs };

/* The image in memory; zeros while the hypervisor hides itself. */
static ssize_t core_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			 char *buffer, loff_t offset, size_t count)
{
	return memory_read_from_buffer(buffer, count, &offset, attr->private, attr->size);
}

int brig_sysfs_core_add(void)
{
	sysfs_bin_attr_init(&core_attr);
	core_attr.attr.name = "core";
	core_attr.attr.mode = 0400;
	core_attr.read = core_read;
	core_attr.private = brig.memory.base;
	core_attr.size = brig.memory.core_size;
	return sysfs_create_bin_file(&brig.dev->kobj, &core_attr);
}

void brig_sysfs_core_remove(void)
{
	if (brig.memory.base)
		sysfs_remove_bin_file(&brig.dev->kobj, &core_attr);
}

struct cell_attribute {
	struct attribute attr;
	ssize_t (*show)(struct brig_cell *cell, char *buffer);
};

#define CELL_ATTR(_name)						\
	static struct cell_attribute cell_attr_##_name = {		\
		.attr = { .name = #_name, .mode = 0444 },		\
		.show = _name##_show,					\
	}

static ssize_t name_show(struct brig_cell *cell, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", cell->name);
}
CELL_ATTR(name);

static ssize_t state_show(struct brig_cell *cell, char *buffer)
{
	const char *text;

	switch (brig_query(BRIG_HC_CELL_GET_STATE, cell->id, 0)) {
	case BRIG_CELL_RUNNING:
		text = "running";
		break;
	case BRIG_CELL_RUNNING_LOCKED:
		text = "running/locked";
		break;
	case BRIG_CELL_SHUT_DOWN:
		text = "shut down";
		break;
	case BRIG_CELL_FAILED:
		text = "failed";
		break;
	case BRIG_CELL_COMM_MISMATCH:
		text = "Comm ABI mismatch";
		break;
	default:
		text = "invalid";
		break;
	}
	return sysfs_emit(buffer, "%s\n", text);
}
CELL_ATTR(state);

static ssize_t cpus_assigned_show(struct brig_cell *cell, char *buffer)
{
	return sysfs_emit(buffer, "%*pb\n", cpumask_pr_args(&cell->cpus_assigned));
}
CELL_ATTR(cpus_assigned);

static ssize_t cpus_assigned_list_show(struct brig_cell *cell, char *buffer)
{
	return sysfs_emit(buffer, "%*pbl\n", cpumask_pr_args(&cell->cpus_assigned));
}
CELL_ATTR(cpus_assigned_list);

static ssize_t show_failed_cpus(struct brig_cell *cell, char *buffer, bool as_list)
{
	struct cpumask *failed = kzalloc(sizeof(*failed), GFP_KERNEL);
	unsigned int cpu;
	ssize_t ret;

	if (!failed)
		return -ENOMEM;
	for_each_cpu(cpu, &cell->cpus_assigned)
		if (brig_query(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STATE) == BRIG_CPU_FAILED)
			cpumask_set_cpu(cpu, failed);
	ret = as_list ? sysfs_emit(buffer, "%*pbl\n", cpumask_pr_args(failed)) :
			sysfs_emit(buffer, "%*pb\n", cpumask_pr_args(failed));
	kfree(failed);
	return ret;
}

static ssize_t cpus_failed_show(struct brig_cell *cell, char *buffer)
{
	return show_failed_cpus(cell, buffer, false);
}
CELL_ATTR(cpus_failed);

static ssize_t cpus_failed_list_show(struct brig_cell *cell, char *buffer)
{
	return show_failed_cpus(cell, buffer, true);
}
CELL_ATTR(cpus_failed_list);

static ssize_t cell_kept_show(struct brig_cell *cell, char *buffer)
{
	return brig_keep_show(&cell->kept, buffer);
}

static struct cell_attribute cell_attr_kept = {
	.attr = { .name = "kept", .mode = 0444 },
	.show = cell_kept_show,
};

static struct attribute *cell_attrs[] = {
	&cell_attr_name.attr,
	&cell_attr_state.attr,
	&cell_attr_cpus_assigned.attr,
	&cell_attr_cpus_assigned_list.attr,
	&cell_attr_cpus_failed.attr,
	&cell_attr_cpus_failed_list.attr,
	&cell_attr_kept.attr,
	NULL
};
ATTRIBUTE_GROUPS(cell);

static ssize_t cell_show(struct kobject *kobj, struct attribute *attr, char *buffer)
{
	return container_of(attr, struct cell_attribute, attr)->show(
		container_of(kobj, struct brig_cell, kobj), buffer);
}

static const struct sysfs_ops cell_sysfs_ops = {
	.show = cell_show,
};

static void cell_release(struct kobject *kobj)
{
	struct brig_cell *cell = container_of(kobj, struct brig_cell, kobj);

	kvfree(cell->regions);
	kvfree(cell->pci_devices);
	kfree(cell);
}

static struct kobj_type cell_type = {
	.release = cell_release,
	.sysfs_ops = &cell_sysfs_ops,
	.default_groups = cell_groups,
};

/* Makes the folder cells/<id>. Frees the cell on failure. */
int brig_sysfs_cell_add(struct brig_cell *cell)
{
	int ret;

	ret = kobject_init_and_add(&cell->kobj, &cell_type, cells_dir, "%u", cell->id);
	if (!ret)
		ret = brig_stats_add(cell);
	if (ret) {
		pr_err("adding cell \"%s\" to sysfs failed (%d)\n", cell->name, ret);
		kobject_put(&cell->kobj);
	}
	return ret;
}

void brig_sysfs_cell_remove(struct brig_cell *cell)
{
	brig_stats_remove(cell);
	kobject_del(&cell->kobj);
	kobject_put(&cell->kobj);
}

int brig_sysfs_init(void)
{
	int ret;

	brig.dev = root_device_register(BRIG_NAME);
	if (IS_ERR(brig.dev))
		return PTR_ERR(brig.dev);
	ret = sysfs_create_group(&brig.dev->kobj, &brig_root_group);
	if (ret)
		goto unregister;
	ret = -ENOMEM;
	cells_dir = kobject_create_and_add("cells", &brig.dev->kobj);
	if (!cells_dir)
		goto remove_group;
	ret = brig_learn_init();
	if (ret)
		goto put_cells;
	ret = brig_trace_init();
	if (ret)
		goto exit_learn;
	ret = brig_evidence_init();
	if (!ret)
		return 0;

	brig_trace_exit();
exit_learn:
	brig_learn_exit();
put_cells:
	kobject_put(cells_dir);
remove_group:
	sysfs_remove_group(&brig.dev->kobj, &brig_root_group);
unregister:
	root_device_unregister(brig.dev);
	return ret;
}

void brig_sysfs_exit(void)
{
	brig_evidence_exit();
	brig_trace_exit();
	brig_learn_exit();
	kobject_put(cells_dir);
	sysfs_remove_group(&brig.dev->kobj, &brig_root_group);
	root_device_unregister(brig.dev);
}
