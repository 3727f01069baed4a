// SPDX-License-Identifier: GPL-2.0-only
/* LOAD: copies images into the loadable memory of a cell that is shut down for it. */

#include "brig.h"

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* The first region that contains the guest address. */
static const struct brig_memory_region *find_region(const struct brig_cell *cell, u64 address)
{
	const struct brig_memory_region *region = cell->regions;
	u32 n;

	for (n = 0; n < cell->num_regions; n++, region++)
		if (address >= region->virt_start && address - region->virt_start < region->size)
			return region;
	return NULL;
}

/*
 * While the cell is loadable, the root cell sees of its memory what its own regions cover. An
 * access elsewhere would cost the root cell this CPU.
 */
static bool root_can_write(u64 start, u64 size)
{
	const struct brig_memory_region *region;
	u64 covered;
	u32 n = 0;

	while (n < brig.root->num_regions) {
		region = &brig.root->regions[n++];
		if (!(region->flags & BRIG_MEM_WRITE) || start < region->phys_start ||
		    start - region->phys_start >= region->size)
			continue;
		covered = region->size - (start - region->phys_start);
		if (covered >= size)
			return true;
		start += covered;
		size -= covered;
		n = 0;
	}
	return false;
}

/* Ordinary memory: copied in place, then made visible to a CPU with caches and MMU off. */
static int copy_to_memory(u64 phys, const void __user *source, u64 size)
{
	void *target = memremap(phys, size, MEMREMAP_WB);
	int ret = 0;

	if (!target)
		return -EBUSY;
	if (copy_from_user(target, source, size))
		ret = -EFAULT;
	brig_clean_invalidate(target, size);
	memunmap(target);
	return ret;
}

/* Memory that the root cell sees as a device (SRAM of some kind): aligned accesses only. */
static int copy_to_io(u64 phys, const void __user *source, u64 size)
{
	void __iomem *target = ioremap(phys, size);
	void *bounce = kmalloc(PAGE_SIZE, GFP_KERNEL);
	int ret = -ENOMEM;
	u64 done, part;

	if (!target)
		ret = -EBUSY;
	if (!target || !bounce)
		goto out;

	for (done = 0; done < size; done += part) {
		part = min_t(u64, size - done, PAGE_SIZE);
		ret = -EFAULT;
		if (copy_from_user(bounce, source + done, part))
			goto out;
		memcpy_toio(target + done, bounce, part);
	}
	ret = 0;
out:
	kfree(bounce);
	if (target)
		iounmap(target);
	return ret;
}

static int load_image(const struct brig_cell *cell, const struct brig_image *image)
{
	const u64 wanted = BRIG_MEM_WRITE | BRIG_MEM_LOADABLE;
	const struct brig_memory_region *region;
	u64 offset, phys;
	int ret;

	if (image->size == 0)
		return 0;
	region = find_region(cell, image->target_address);
	if (!region) {
		pr_err("cannot load cell \"%s\": it has no memory at address %#llx\n", cell->name,
		       image->target_address);
		return -EINVAL;
	}
	offset = image->target_address - region->virt_start;
	if (image->size > region->size - offset || (region->flags & wanted) != wanted) {
		pr_err("cannot load cell \"%s\": memory region %#llx-%#llx is too small, not writable or not loadable for %llu bytes at %#llx\n",
		       cell->name, region->virt_start, region->virt_start + region->size - 1,
		       image->size, image->target_address);
		return -EINVAL;
	}
	phys = region->phys_start + offset;
	if (!root_can_write(phys, image->size)) {
		pr_err("cannot load cell \"%s\": the root cell's configuration does not contain all of %#llx-%#llx as writable memory\n",
		       cell->name, phys, phys + image->size - 1);
		return -EINVAL;
	}

	if (region->flags & BRIG_MEM_IO)
		ret = copy_to_io(phys, u64_to_user_ptr(image->source_address), image->size);
	else
		ret = copy_to_memory(phys, u64_to_user_ptr(image->source_address), image->size);
	if (ret)
		pr_err("cannot load cell \"%s\": copying %llu bytes to %#llx failed (%d)\n",
		       cell->name, image->size, phys, ret);
	return ret;
}

/* Holds brig.lock. */
static int load_locked(const struct brig_cell_load *args, const void __user *images)
{
	struct brig_cell *cell;
	struct brig_image image;
	u32 n;
	int ret;

	if (!brig.enabled)
		return -EINVAL;
	cell = brig_cell_find(&args->id);
	if (!cell)
		return -ENOENT;
	ret = brig_hypercall(BRIG_HC_CELL_SET_LOADABLE, cell->id, 0);
	if (ret) {
		pr_err("cannot shut down cell \"%s\": the hypervisor refused with code %d%s\n",
		       cell->name, ret, ret == -EPERM ? " (the cell denies it)" : "");
		return ret;
	}
	for (n = 0; n < args->num_images; n++) {
		if (copy_from_user(&image, images + (size_t)n * sizeof(image), sizeof(image)))
			return -EFAULT;
		ret = load_image(cell, &image);
		if (ret)
			return ret;
	}
	return 0;
}

int brig_cell_load(const void __user *arg)
{
	struct brig_cell_load args;
	int ret;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	args.id.name[BRIG_IOCTL_NAME_SIZE - 1] = 0;
	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	ret = load_locked(&args, arg + sizeof(args));
	mutex_unlock(&brig.lock);
	return ret;
}
