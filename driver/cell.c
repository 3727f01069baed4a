// SPDX-License-Identifier: GPL-2.0-only
/* Cells: created from a configuration, found again, started, destroyed. */

#include "brig.h"

#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Never NULL for an empty array, so that NULL means: no memory. */
static void *copy_array(const void *array, size_t count, size_t element_size)
{
	void *copy = kvmalloc(max_t(size_t, count * element_size, 1), GFP_KERNEL);

	if (copy)
		memcpy(copy, array, count * element_size);
	return copy;
}

/* A cell's object; it has no name in sysfs and is in no list yet. NULL: no memory. */
struct brig_cell *brig_cell_alloc(const struct brig_cell_desc *desc)
{
	struct brig_cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);
	u32 cpu;

	if (!cell)
		return NULL;
	cell->num_regions = desc->num_memory_regions;
	cell->num_pci_devices = desc->num_pci_devices;
	cell->regions = copy_array(brig_config_regions(desc), cell->num_regions,
				   sizeof(*cell->regions));
	cell->pci_devices = copy_array(brig_config_pci_devices(desc), cell->num_pci_devices,
				       sizeof(*cell->pci_devices));
	if (!cell->regions || !cell->pci_devices) {
		kvfree(cell->regions);
		kvfree(cell->pci_devices);
		kfree(cell);
		return NULL;
	}
	INIT_LIST_HEAD(&cell->node);
	INIT_LIST_HEAD(&cell->cpu_stats);
	INIT_LIST_HEAD(&cell->kept);
	cell->id = desc->id;
	memcpy(cell->name, desc->name, sizeof(cell->name));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (brig_config_has_cpu(desc, cpu))
			cpumask_set_cpu(cpu, &cell->cpus_assigned);
	return cell;
}

/* Takes the cell out of list and sysfs; its memory goes when the last reader does. */
void brig_cell_remove(struct brig_cell *cell)
{
	list_del(&cell->node);
	brig_sysfs_cell_remove(cell);
}

struct brig_cell *brig_cell_find(const struct brig_cell_id *id)
{
	struct brig_cell *cell;

	list_for_each_entry(cell, &brig.cells, node)
		if (id->id == BRIG_CELL_ID_BY_NAME ? !strcmp(cell->name, id->name) :
						     cell->id == id->id)
			return cell;
	return NULL;
}

static bool id_in_use(u32 id)
{
	struct brig_cell *cell;

	list_for_each_entry(cell, &brig.cells, node)
		if (cell->id == id)
			return true;
	return false;
}

static int check_name_and_cpus(const struct brig_cell_desc *desc)
{
	u32 max_cpus = brig_config_max_cpus(desc);
	struct brig_cell_id id = { .id = BRIG_CELL_ID_BY_NAME };
	u32 cpu;

	memcpy(id.name, desc->name, sizeof(id.name));
	if (brig_cell_find(&id)) {
		pr_err("cannot create cell \"%s\": there is one of that name\n", desc->name);
		return -EEXIST;
	}
	for (cpu = 0; cpu < max_cpus; cpu++) {
		if (!brig_config_has_cpu(desc, cpu) ||
		    (cpu < nr_cpu_ids && cpumask_test_cpu(cpu, &brig.root->cpus_assigned)))
			continue;
		pr_err("cannot create cell \"%s\": CPU %u does not belong to the root cell now\n",
		       desc->name, cpu);
		return -EBUSY;
	}
	return 0;
}

/* Memory that the cell takes away must not be memory that Linux lives in. */
static int check_regions(const struct brig_cell *cell)
{
	const u64 exempt = BRIG_MEM_IO | BRIG_MEM_COMM_REGION | BRIG_MEM_ROOTSHARED;
	const struct brig_memory_region *region;
	char what[96];
	int ret;
	u32 n;

	for (n = 0; n < cell->num_regions; n++) {
		region = &cell->regions[n];
		if (!region->size || region->flags & exempt)
			continue;
		snprintf(what, sizeof(what), "cannot create cell \"%s\": its memory region %u",
			 cell->name, n);
		if (region->phys_start + region->size < region->phys_start) {
			pr_err("%s wraps around\n", what);
			return -EINVAL;
		}
		ret = brig_check_not_system_ram(region->phys_start, region->size, what);
		if (ret)
			return ret;
	}
	return 0;
}

/* Puts the cell's CPUs offline in Linux and notes which were online. */
static int take_cpus(struct brig_cell *cell)
{
	unsigned int cpu;
	int ret;

	/* Linux would refuse its last CPU only after it has given all others away. */
	if (cpumask_subset(cpu_online_mask, &cell->cpus_assigned)) {
		pr_err("cannot create cell \"%s\": it would leave Linux without a CPU\n", cell->name);
		return -EBUSY;
	}
	for_each_cpu(cpu, &cell->cpus_assigned) {
		if (!cpu_online(cpu))
			continue;
		ret = remove_cpu(cpu);
		if (ret < 0) {
			pr_err("cannot create cell \"%s\": taking CPU %u offline failed (%d)\n",
			       cell->name, cpu, ret);
			return ret;
		}
		cpumask_set_cpu(cpu, &cell->cpus_taken);
	}
	return 0;
}

static void return_cpus(struct brig_cell *cell)
{
	int failed = brig_failed_root_cpu();
	unsigned int cpu;
	int ret;

	for_each_cpu(cpu, &cell->cpus_taken) {
		/* CPU hotplug waits for every CPU of Linux, also for one that is parked. */
		ret = failed >= 0 ? -EBUSY : add_cpu(cpu);
		if (ret < 0)
			pr_err("CPU %u of cell \"%s\" stays offline (%d)%s\n", cpu, cell->name, ret,
			       failed >= 0 ? ": another CPU of the root cell is parked" : "");
	}
	cpumask_clear(&cell->cpus_taken);
}

static int add_cpu_stats(struct brig_cell *cell)
{
	unsigned int cpu;
	int ret;

	for_each_cpu(cpu, &cell->cpus_assigned) {
		ret = brig_stats_add_cpu(cell, cpu);
		if (ret)
			return ret;
	}
	return 0;
}

static void move_cpus_to_cell(struct brig_cell *cell)
{
	unsigned int cpu;

	cpumask_andnot(&brig.root->cpus_assigned, &brig.root->cpus_assigned,
		       &cell->cpus_assigned);
	for_each_cpu(cpu, &cell->cpus_assigned)
		brig_stats_remove_cpu(brig.root, cpu);
}

static void move_cpus_to_root(struct brig_cell *cell)
{
	unsigned int cpu;

	cpumask_or(&brig.root->cpus_assigned, &brig.root->cpus_assigned, &cell->cpus_assigned);
	for_each_cpu(cpu, &cell->cpus_assigned) {
		brig_stats_remove_cpu(cell, cpu);
		if (brig_stats_add_cpu(brig.root, cpu))
			pr_warn("no memory for the statistics folder of CPU %u\n", cpu);
	}
}

/* The object is in sysfs; makes the cell real. All that can fail comes before the hypercall. */
static int make_cell(struct brig_cell *cell, struct brig_cell_desc *desc)
{
	int ret;

	ret = check_regions(cell);
	if (ret)
		return ret;
	ret = add_cpu_stats(cell);
	if (ret)
		return ret;
	ret = take_cpus(cell);
	if (ret)
		goto return_cpus;
	brig_pci_claim(cell);
	brig_keep_regions(cell);

	desc->id = cell->id;
	ret = brig_hypercall(BRIG_HC_CELL_CREATE, virt_to_phys(desc), 0);
	if (ret) {
		pr_err("cannot create cell \"%s\": the hypervisor refused with code %d; its console tells why\n",
		       cell->name, ret);
		brig_keep_release(&cell->kept);
		goto return_cpus;
	}
	move_cpus_to_cell(cell);
	return 0;

return_cpus:
	return_cpus(cell);
	return ret;
}

/* Holds brig.lock, the hypervisor runs. */
static int create_locked(struct brig_cell_desc *desc)
{
	struct brig_cell *cell;
	int ret, cpu;

	ret = check_name_and_cpus(desc);
	if (ret)
		return ret;
	cpu = brig_failed_root_cpu();
	if (cpu >= 0) {
		pr_err("cannot create cell \"%s\": CPU %d of the root cell is parked, so Linux can take no CPU offline; reboot\n",
		       desc->name, cpu);
		return -EBUSY;
	}

	cell = brig_cell_alloc(desc);
	if (!cell)
		return -ENOMEM;
	for (cell->id = 0; id_in_use(cell->id); cell->id++)
		;
	ret = brig_sysfs_cell_add(cell);
	if (ret)
		return ret;
	list_add_tail(&cell->node, &brig.cells);
	ret = make_cell(cell, desc);
	if (ret) {
		brig_cell_remove(cell);
		return ret;
	}
	kobject_uevent(&cell->kobj, KOBJ_ADD);
	pr_info("created cell %u \"%s\" with CPUs %*pbl\n", cell->id, cell->name,
		cpumask_pr_args(&cell->cpus_assigned));
	return 0;
}

int brig_cell_create(const void __user *arg)
{
	struct brig_cell_create args;
	struct brig_cell_desc *desc;
	int ret;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	desc = brig_copy_cell_config(&args);
	if (IS_ERR(desc))
		return PTR_ERR(desc);

	ret = -EINTR;
	if (!mutex_lock_interruptible(&brig.lock)) {
		ret = brig.enabled ? create_locked(desc) : -EINVAL;
		mutex_unlock(&brig.lock);
	}
	kfree(desc);
	return ret;
}

/* Takes the lock and looks the cell up; 0: the caller unlocks. */
static int lock_and_find(const void __user *arg, struct brig_cell **cell)
{
	struct brig_cell_id id;
	int ret;

	if (copy_from_user(&id, arg, sizeof(id)))
		return -EFAULT;
	id.name[BRIG_IOCTL_NAME_SIZE - 1] = 0;
	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	ret = -EINVAL;
	if (brig.enabled) {
		*cell = brig_cell_find(&id);
		if (*cell)
			return 0;
		ret = -ENOENT;
	}
	mutex_unlock(&brig.lock);
	return ret;
}

int brig_cell_start(const void __user *arg)
{
	struct brig_cell *cell;
	int ret = lock_and_find(arg, &cell);

	if (ret)
		return ret;
	ret = brig_hypercall(BRIG_HC_CELL_START, cell->id, 0);
	if (ret)
		pr_err("cannot start cell \"%s\": the hypervisor refused with code %d\n",
		       cell->name, ret);
	mutex_unlock(&brig.lock);
	return ret;
}

static int destroy_locked(struct brig_cell *cell)
{
	int ret = brig_hypercall(BRIG_HC_CELL_DESTROY, cell->id, 0);

	if (ret) {
		pr_err("cannot destroy cell \"%s\": the hypervisor refused with code %d%s\n",
		       cell->name, ret, ret == -EPERM ? " (a cell denies it)" : "");
		return ret;
	}
	move_cpus_to_root(cell);
	return_cpus(cell);
	brig_pci_release(cell);
	brig_keep_release(&cell->kept);
	pr_info("destroyed cell %u \"%s\"\n", cell->id, cell->name);
	brig_cell_remove(cell);
	return 0;
}

int brig_cell_destroy(const void __user *arg)
{
	struct brig_cell *cell;
	int ret = lock_and_find(arg, &cell);

	if (ret)
		return ret;
	/* The hypervisor refuses the root cell with the right code. */
	ret = destroy_locked(cell);
	mutex_unlock(&brig.lock);
	return ret;
}

/* All cells but the root; stops at the first that cannot be destroyed. Holds brig.lock. */
int brig_cell_destroy_all(void)
{
	struct brig_cell *cell, *next;
	int ret;

	list_for_each_entry_safe(cell, next, &brig.cells, node) {
		if (cell == brig.root)
			continue;
		ret = destroy_locked(cell);
		if (ret)
			return ret;
	}
	return 0;
}
