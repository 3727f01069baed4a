// SPDX-License-Identifier: GPL-2.0-only
/* The hypervisor's memory: reserving, mapping, filling it, and keeping caches out of the way. */

#include "brig.h"

#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <brig/learn.h>

#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

/* Shortest data cache line of all CPUs. */
static unsigned long dcache_line_size(void)
{
	return 4UL << ((read_sanitised_ftr_reg(SYS_CTR_EL0) >> 16) & 0xf);
}

/*
 * Clean and invalidate to the point of coherency, and forget stale instructions: the reader may be
 * a CPU with its MMU off.
 */
void brig_clean_invalidate(const void *start, size_t size)
{
	unsigned long step = dcache_line_size();
	unsigned long line = (unsigned long)start & ~(step - 1);
	unsigned long end = (unsigned long)start + size;
	unsigned long stop;

	while (line < end) {
		for (stop = min(end, line + SZ_1M); line < stop; line += step)
			asm volatile("dc civac, %0" : : "r" (line) : "memory");
		cond_resched();
	}
	dsb(sy);
	asm volatile("ic ialluis" : : : "memory");
	dsb(ish);
	isb();
}

/* -EINVAL if Linux itself uses part of the range; `what` names it in the message. */
int brig_check_not_system_ram(u64 start, u64 size, const char *what)
{
	u64 pfn;

	if (region_intersects(start, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return 0;

	/* Reserved without no-map: Linux has a struct page for it, but never hands it out. */
	for (pfn = PHYS_PFN(start); pfn < PHYS_PFN(start + size - 1) + 1; pfn++) {
		if (pfn_valid(pfn) && PageReserved(pfn_to_page(pfn)))
			continue;
		pr_err("%s, %#llx-%#llx, is not reserved: Linux uses it as System RAM. Start the kernel with a device tree that has a reserved-memory node with no-map for it (or with mem=)\n",
		       what, start, start + size - 1);
		return -EINVAL;
	}
	return 0;
}

/* False if the device tree lists the memory of this machine and the range is not in it. */
static bool memory_exists(u64 start, u64 end)
{
	struct device_node *node = NULL;
	struct resource res;
	bool listed = false;
	int i;

	for_each_node_by_type(node, "memory") {
		for (i = 0; !of_address_to_resource(node, i, &res); i++) {
			listed = true;
			if (res.start <= start && end - 1 <= res.end) {
				of_node_put(node);
				return true;
			}
		}
	}
	return !listed;
}

static int check_range(u64 start, u64 size)
{
	if (!size || (start | size) & ~PAGE_MASK || start + size < start) {
		pr_err("cannot enable: hypervisor memory at %#llx with size %#llx is not made of whole pages\n",
		       start, size);
		return -EINVAL;
	}
	if (!memory_exists(start, start + size)) {
		pr_err("cannot enable: hypervisor memory, %#llx-%#llx, does not exist on this machine; is the configuration for another board?\n",
		       start, start + size - 1);
		return -EINVAL;
	}
	if (region_intersects(start, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_DISJOINT) {
		pr_err("cannot enable: hypervisor memory, %#llx-%#llx, is not reserved: it is System RAM of Linux. Start the kernel with a device tree that has a reserved-memory node with no-map for it\n",
		       start, start + size - 1);
		return -EINVAL;
	}
	return 0;
}

static int map(struct brig_memory *memory)
{
	int ret = check_range(memory->phys, memory->size);

	if (ret)
		return ret;
	if (!request_mem_region(memory->phys, memory->size, "Brig hypervisor")) {
		pr_err("cannot enable: hypervisor memory, %#llx-%#llx, is claimed by a driver or reaches beyond its reserved-memory node; compare with /proc/iomem\n",
		       memory->phys, memory->phys + memory->size - 1);
		return -EINVAL;
	}
	memory->base = memremap(memory->phys, memory->size, MEMREMAP_WB);
	if (!memory->base) {
		pr_err("cannot enable: mapping the hypervisor memory, %#llx-%#llx, failed\n",
		       memory->phys, memory->phys + memory->size - 1);
		release_mem_region(memory->phys, memory->size);
		return -EINVAL;
	}
	return 0;
}

void brig_memory_release(void)
{
	struct brig_memory *memory = &brig.memory;

	if (!memory->base)
		return;
	memunmap(memory->base);
	release_mem_region(memory->phys, memory->size);
	memset(memory, 0, sizeof(*memory));
}

static int bad_image(const char *why)
{
	pr_err("cannot enable: hypervisor image: %s\n", why);
	return -EINVAL;
}

/* Takes over from the image's header what is needed later, and checks all of it. */
static int read_image(struct brig_memory *memory, const struct firmware *image)
{
	struct brig_image_header header;
	struct brig_image_extension extension = {};
	const size_t with_evidence = sizeof(extension);
	const size_t needed = offsetof(struct brig_image_extension, board);

	if (image->size < sizeof(header))
		return bad_image("shorter than its header");
	memcpy(&header, image->data, sizeof(header));
	if (memcmp(header.signature, BRIG_IMAGE_SIGNATURE, sizeof(header.signature)))
		return bad_image("not one (wrong signature)");

	if (image->size < sizeof(header) + needed)
		return bad_image("shorter than its header extension");
	memcpy(&extension, image->data + sizeof(header), needed);
	if (memcmp(extension.magic, BRIG_EXTENSION_MAGIC, sizeof(extension.magic)))
		return bad_image("it has no Brig extension behind its header, so no EL2 entry; this driver cannot start images of the reference, use Brig's own");
	if (!extension.version || extension.size < needed)
		return bad_image("its Brig extension is malformed");
	if (extension.version >= 3 && extension.size >= with_evidence &&
	    image->size >= sizeof(header) + with_evidence)
		memcpy(&extension, image->data + sizeof(header), with_evidence);

	if (!header.core_size || header.core_size & 4095 ||
	    !header.percpu_size || header.percpu_size & 4095 ||
	    image->size > header.core_size || header.entry >= header.core_size ||
	    extension.el2_entry >= header.core_size || extension.el2_entry & 3 ||
	    header.console_page & 4095 || header.console_page >= header.core_size ||
	    extension.learn_record & 4095 || extension.learn_record >= header.core_size ||
	    header.core_size - extension.learn_record < sizeof(struct brig_learn_record) ||
	    extension.evidence_size & (BRIG_EVIDENCE_ALIGNMENT - 1))
		return bad_image("its header is inconsistent");

	memory->core_size = header.core_size;
	memory->percpu_size = header.percpu_size;
	memory->console_page = header.console_page;
	memory->el2_entry = extension.el2_entry;
	memory->image_version = extension.version;
	memory->learn_record = extension.learn_record;
	memory->evidence_size = extension.evidence_size;
	return 0;
}

/* Offset behind the per-CPU areas, or 0 if the memory is too small. */
static u64 config_offset(const struct brig_memory *memory, size_t image_size, size_t config_size)
{
	u64 size = memory->size - brig_evidence_reserved(memory);
	u64 used = memory->core_size;

	if (image_size >= size || used >= size ||
	    memory->percpu_size >= (size - used) / memory->max_cpus)
		return 0;
	used += memory->max_cpus * memory->percpu_size;
	return config_size < size - used ? used : 0;
}

/*
 * Reserves and maps the memory and fills it: image, zeros, the driver's header fields, and the
 * configuration right behind the per-CPU areas. What earlier runs have left at its end stays. On
 * failure nothing is left reserved.
 */
int brig_memory_load(const struct brig_system_config *config, size_t config_size,
		     const struct firmware *image)
{
	struct brig_memory memory = {
		.phys = config->hypervisor_memory.phys_start,
		.size = config->hypervisor_memory.size,
		.max_cpus = brig_config_max_cpus(&config->root_cell),
	};
	struct brig_image_header *header;
	u64 config_at;
	int ret;

	ret = read_image(&memory, image);
	if (ret)
		return ret;
	config_at = config_offset(&memory, image->size, config_size);
	if (!config_at) {
		pr_err("cannot enable: hypervisor memory has %llu KiB; image, %u per-CPU areas and configuration need more than %llu KiB\n",
		       memory.size / SZ_1K, memory.max_cpus,
		       (memory.core_size + memory.max_cpus * memory.percpu_size + config_size) /
			       SZ_1K);
		return -EINVAL;
	}
	ret = map(&memory);
	if (ret)
		return ret;

	memcpy(memory.base, image->data, image->size);
	memset(memory.base + image->size, 0,
	       memory.size - brig_evidence_reserved(&memory) - image->size);
	memcpy(memory.base + config_at, config, config_size);
	header = memory.base;
	header->max_cpus = memory.max_cpus;
	header->arm_linux_hyp_abi = BRIG_HYP_ABI_OPCODE;

	brig.memory = memory;
	return 0;
}

/* Tells the image where this run's area is. */
void brig_memory_set_evidence_area(u64 offset)
{
	struct brig_image_extension *extension =
		brig.memory.base + sizeof(struct brig_image_header);

	extension->evidence_area = offset;
}

/* The last word in the header; after it the whole memory leaves the caches. */
void brig_memory_set_online_cpus(u32 online_cpus)
{
	struct brig_image_header *header = brig.memory.base;

	header->online_cpus = online_cpus;
	brig_clean_invalidate(brig.memory.base, brig.memory.size);
}
