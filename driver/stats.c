// SPDX-License-Identifier: GPL-2.0-only
/* cells/<id>/statistics: the counters of a cell, and of each of its CPUs in a folder cpu<n>. */

#include "brig.h"

#include <linux/slab.h>
#include <linux/sysfs.h>

#define WHOLE_CELL (-1)

struct brig_stats {
	struct kobject kobj;
	struct list_head node;		/* in cell->cpu_stats */
	struct brig_cell *cell;		/* kept by kobj's parent */
	int cpu;			/* or WHOLE_CELL */
};

struct counter {
	struct attribute attr;
	unsigned int index;
};

#define COUNTER(_name, _index)							\
	static struct counter counter_##_name = {				\
		.attr = { .name = "vmexits_" #_name, .mode = 0444 },		\
		.index = (_index),						\
	}

COUNTER(total, BRIG_STAT_TOTAL);
COUNTER(mmio, BRIG_STAT_MMIO);
COUNTER(management, BRIG_STAT_MANAGEMENT);
COUNTER(hypercall, BRIG_STAT_HYPERCALL);
COUNTER(maintenance, BRIG_STAT_MAINTENANCE);
COUNTER(virt_irq, BRIG_STAT_VIRQ);
COUNTER(virt_sgi, BRIG_STAT_VSGI);
COUNTER(psci, BRIG_STAT_PSCI);
COUNTER(smccc, BRIG_STAT_SMCCC);

static struct attribute *stats_attrs[] = {
	&counter_total.attr,
	&counter_mmio.attr,
	&counter_management.attr,
	&counter_hypercall.attr,
	&counter_maintenance.attr,
	&counter_virt_irq.attr,
	&counter_virt_sgi.attr,
	&counter_psci.attr,
	&counter_smccc.attr,
	NULL
};
ATTRIBUTE_GROUPS(stats);

static long read_counter(unsigned int cpu, unsigned int index)
{
	long value = brig_query(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STAT_BASE + index);

	return value < 0 ? 0 : value;
}

static ssize_t stats_show(struct kobject *kobj, struct attribute *attr, char *buffer)
{
	struct brig_stats *stats = container_of(kobj, struct brig_stats, kobj);
	struct counter *counter = container_of(attr, struct counter, attr);
	unsigned long sum = 0;
	unsigned int cpu;

	if (stats->cpu != WHOLE_CELL)
		return sysfs_emit(buffer, "%d\n", (int)read_counter(stats->cpu, counter->index));
	for_each_cpu(cpu, &stats->cell->cpus_assigned)
		sum += read_counter(cpu, counter->index);
	return sysfs_emit(buffer, "%lu\n", sum);
}

static const struct sysfs_ops stats_sysfs_ops = {
	.show = stats_show,
};

static void stats_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct brig_stats, kobj));
}

static struct kobj_type stats_type = {
	.release = stats_release,
	.sysfs_ops = &stats_sysfs_ops,
	.default_groups = stats_groups,
};

static struct brig_stats *add(struct brig_cell *cell, struct kobject *parent, int cpu,
			      const char *name)
{
	struct brig_stats *stats = kzalloc(sizeof(*stats), GFP_KERNEL);
	int ret;

	if (!stats)
		return NULL;
	INIT_LIST_HEAD(&stats->node);
	stats->cell = cell;
	stats->cpu = cpu;
	ret = kobject_init_and_add(&stats->kobj, &stats_type, parent, "%s", name);
	if (ret) {
		kobject_put(&stats->kobj);
		return NULL;
	}
	return stats;
}

static void remove(struct brig_stats *stats)
{
	list_del(&stats->node);
	kobject_del(&stats->kobj);
	kobject_put(&stats->kobj);
}

int brig_stats_add(struct brig_cell *cell)
{
	cell->stats = add(cell, &cell->kobj, WHOLE_CELL, "statistics");
	return cell->stats ? 0 : -ENOMEM;
}

int brig_stats_add_cpu(struct brig_cell *cell, unsigned int cpu)
{
	struct brig_stats *stats;
	char name[16];

	snprintf(name, sizeof(name), "cpu%u", cpu);
	stats = add(cell, &cell->stats->kobj, cpu, name);
	if (!stats)
		return -ENOMEM;
	list_add_tail(&stats->node, &cell->cpu_stats);
	return 0;
}

void brig_stats_remove_cpu(struct brig_cell *cell, unsigned int cpu)
{
	struct brig_stats *stats, *next;

	list_for_each_entry_safe(stats, next, &cell->cpu_stats, node)
		if (stats->cpu == cpu)
			remove(stats);
}

void brig_stats_remove(struct brig_cell *cell)
{
	struct brig_stats *stats, *next;

	list_for_each_entry_safe(stats, next, &cell->cpu_stats, node)
		remove(stats);
	if (cell->stats)
		remove(cell->stats);
	cell->stats = NULL;
}
