// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs of the hypervisor leave at the end of its memory (include/brig/evidence.h): begins a
 * run in one of the two areas, and shows both: sysfs `evidence` is the run since the last enable,
 * `evidence_previous` are the others, the newest first, also those of before a reset.
 */

#include "brig.h"

#include <linux/device.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/sizes.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include <asm/arch_timer.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#include <brig/evidence.h>

/* The node's name is what `brig config compile` writes. */
#define NODE_NAME	"brig-hypervisor"
#define SHORTEST_LINE	16	/* bytes, of any data cache */

/* Only reading before the first enable needs it, and only if the tree does not have our node. */
static unsigned long long hypervisor_memory[2];
module_param_array(hypervisor_memory, ullong, NULL, 0644);
MODULE_PARM_DESC(hypervisor_memory,
		 "Start and size of the memory that earlier runs used, if the device tree has no reserved-memory node " NODE_NAME);

/* Of the last enable, even if that failed. */
static struct brig_memory_region last_memory;

static struct bin_attribute current_attr;
static struct bin_attribute previous_attr;

/* Memory of the hypervisor, mapped. */
struct region {
	phys_addr_t phys;
	u64 size;
	void *base;
	bool own;	/* to be unmapped */
};

static u32 header_checksum(const struct brig_evidence_header *header)
{
	return brig_checksum((const u8 *)header, offsetof(struct brig_evidence_header, checksum));
}

static bool is_valid(const struct region *region, u64 offset)
{
	const struct brig_evidence_header *header = region->base + offset;

	return !memcmp(header->magic, BRIG_EVIDENCE_MAGIC, sizeof(header->magic)) &&
	       header->version == BRIG_EVIDENCE_VERSION &&
	       header->address == region->phys + offset && header->size >= SZ_4K &&
	       header->size <= region->size - offset && header->checksum == header_checksum(header);
}

/* The newest area of a run before run `limit`, or NULL. */
static const struct brig_evidence_header *find_before(const struct region *region, u64 limit)
{
	const struct brig_evidence_header *header, *newest = NULL;
	u64 offset;

	for (offset = 0; offset < region->size; offset += BRIG_EVIDENCE_ALIGNMENT) {
		header = region->base + offset;
		if (is_valid(region, offset) && header->run < limit &&
		    (!newest || header->run > newest->run))
			newest = header;
	}
	return newest;
}

static bool overlaps(const struct brig_evidence_header *header, u64 start, u64 size)
{
	return header && header->address < start + size && start < header->address + header->size;
}

/*
 * How much of the end of the memory the loader must leave as it is. The image's decision, made
 * here as well.
 */
u64 brig_evidence_reserved(const struct brig_memory *memory)
{
	return brig_evidence_fits(memory->size, memory->evidence_size, memory->max_cpus) ?
		       2 * memory->evidence_size : 0;
}

/*
 * Begins a run, in the area that does not have the newest one. The image completes the header; if
 * it never comes that far, its CPUs' stages can be read all the same. Holds brig.lock.
 */
void brig_evidence_begin(void)
{
	struct brig_memory *memory = &brig.memory;
	const struct region region = { memory->phys, memory->size, memory->base };
	struct brig_evidence_header *header;
	const struct brig_evidence_header *newest;
	u64 reserved = brig_evidence_reserved(memory);
	u64 run = 1, area, address;

	last_memory.phys_start = memory->phys;
	last_memory.size = memory->size;
	memory->evidence_area = 0;
	if (!reserved)
		return;
	newest = find_before(&region, U64_MAX);
	if (newest)
		run = newest->run + 1;
	area = memory->size - reserved;
	if (overlaps(newest, memory->phys + area, memory->evidence_size))
		area += memory->evidence_size;
	address = memory->phys + area;

	header = memory->base + area;
	memset(header, 0, memory->evidence_size);
	memcpy(header->magic, BRIG_EVIDENCE_MAGIC, sizeof(header->magic));
	header->version = BRIG_EVIDENCE_VERSION;
	header->header_size = sizeof(*header);
	header->address = address;
	header->size = memory->evidence_size;
	header->run = run;
	header->image = memory->phys;
	header->image_size = memory->core_size;
	header->begin = read_sysreg(cntpct_el0);
	header->frequency = arch_timer_get_cntfrq();
	header->unix_time = ktime_get_real_seconds();
	header->max_cpus = memory->max_cpus;
	header->num_parts = 1;
	header->parts[0].type = BRIG_EVIDENCE_STAGES;
	header->parts[0].stride = BRIG_STAGES_STRIDE;
	header->parts[0].offset = BRIG_STAGES_OFFSET;
	header->parts[0].count = memory->max_cpus;
	header->checksum = header_checksum(header);

	memory->evidence_area = area;
	brig_memory_set_evidence_area(area);
}

/* A stage of this CPU, which is at EL1 without stage 2. Interrupts are off. */
void brig_evidence_mark(u32 stage)
{
	const struct brig_memory *memory = &brig.memory;
	u32 cpu = smp_processor_id();
	struct brig_boot_stages *stages;
	unsigned long line;

	if (!memory->evidence_area || cpu >= memory->max_cpus)
		return;
	stages = memory->base + memory->evidence_area + BRIG_STAGES_OFFSET +
		 cpu * BRIG_STAGES_STRIDE;
	isb();
	stages->times[stage] = read_sysreg(cntpct_el0);
	WRITE_ONCE(stages->stage, stage);
	/* The image writes there uncached, and a reset loses caches. */
	for (line = (unsigned long)stages; line < (unsigned long)(stages + 1); line += SHORTEST_LINE)
		asm volatile("dc civac, %0" : : "r" (line) : "memory");
	dsb(sy);
}

/* Where the user says, where it was before, or where our own reservation is. */
static int find_memory(struct region *region)
{
	struct device_node *parent, *node;
	struct resource res;
	int ret = -ENODEV;

	if (hypervisor_memory[1]) {
		region->phys = hypervisor_memory[0];
		region->size = hypervisor_memory[1];
		return 0;
	}
	if (last_memory.size) {
		region->phys = last_memory.phys_start;
		region->size = last_memory.size;
		return 0;
	}
	parent = of_find_node_by_path("/reserved-memory");
	for_each_child_of_node(parent, node) {
		if (ret && of_node_name_eq(node, NODE_NAME) && of_property_read_bool(node, "no-map") &&
		    !of_address_to_resource(node, 0, &res)) {
			region->phys = res.start;
			region->size = resource_size(&res);
			ret = 0;
		}
	}
	of_node_put(parent);
	return ret;
}

/*
 * The memory of the last enable, or that of earlier times. -ENODEV: not known where it is,
 * -EINVAL: it cannot be that, -ENOMEM. Holds brig.lock.
 */
static int open_region(struct region *region)
{
	int ret;

	*region = (struct region){ brig.memory.phys, brig.memory.size, brig.memory.base };
	if (region->base)
		return 0;
	ret = find_memory(region);
	if (ret)
		return ret;
	if (!region->size || (region->phys | region->size) & ~PAGE_MASK ||
	    region->phys + region->size < region->phys ||
	    region_intersects(region->phys, region->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -EINVAL;
	region->base = memremap(region->phys, region->size, MEMREMAP_WB);
	region->own = true;
	return region->base ? 0 : -ENOMEM;
}

static void close_region(const struct region *region)
{
	if (region->own)
		memunmap(region->base);
}

/* The run that is in brig.memory: begun since it was mapped. */
static const struct brig_evidence_header *current_run(void)
{
	return brig.memory.evidence_area ? brig.memory.base + brig.memory.evidence_area : NULL;
}

/* Empty when nothing was enabled since the module was loaded. */
static ssize_t current_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			    char *buffer, loff_t offset, size_t count)
{
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (current_run())
		ret = memory_read_from_buffer(buffer, count, &offset, current_run(),
					      brig.memory.evidence_size);
	mutex_unlock(&brig.lock);
	return ret;
}

/* Both areas behind each other, without the one that is current_run()'s. */
static ssize_t previous_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			     char *buffer, loff_t offset, size_t count)
{
	const struct brig_evidence_header *header;
	struct region region;
	u64 limit = U64_MAX;
	ssize_t ret;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	ret = open_region(&region);
	if (ret)
		goto unlock;
	if (current_run())
		limit = current_run()->run;
	while ((header = find_before(&region, limit))) {
		limit = header->run;
		if (offset < header->size) {
			ret = memory_read_from_buffer(buffer, count, &offset, header, header->size);
			break;
		}
		offset -= header->size;
	}
	close_region(&region);
unlock:
	mutex_unlock(&brig.lock);
	return ret;
}

int brig_evidence_init(void)
{
	int ret;

	sysfs_bin_attr_init(&current_attr);
	current_attr.attr.name = "evidence";
	current_attr.attr.mode = 0400;
	current_attr.read = current_read;
	ret = sysfs_create_bin_file(&brig.dev->kobj, &current_attr);
	if (ret)
		return ret;
	sysfs_bin_attr_init(&previous_attr);
	previous_attr.attr.name = "evidence_previous";
	previous_attr.attr.mode = 0400;
	previous_attr.read = previous_read;
	ret = sysfs_create_bin_file(&brig.dev->kobj, &previous_attr);
	if (ret)
		sysfs_remove_bin_file(&brig.dev->kobj, &current_attr);
	return ret;
}

void brig_evidence_exit(void)
{
	sysfs_remove_bin_file(&brig.dev->kobj, &previous_attr);
	sysfs_remove_bin_file(&brig.dev->kobj, &current_attr);
}
