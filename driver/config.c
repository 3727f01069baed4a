// SPDX-License-Identifier: GPL-2.0-only
/* Configuration files: copied once from user space, then checked, so that they cannot change. */

#include "brig.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* No real configuration comes near; it keeps a bad count from asking for gigabytes. */
#define MAX_CONFIG_SIZE (16 * 1024 * 1024)

/* Size of descriptor and arrays. The counts are 32 bits, so the sum cannot overflow. */
u64 brig_cell_config_size(const struct brig_cell_desc *desc)
{
	return sizeof(*desc) + desc->cpu_set_size +
	       (u64)desc->num_memory_regions * sizeof(struct brig_memory_region) +
	       (u64)desc->num_cache_regions * sizeof(struct brig_cache_region) +
	       (u64)desc->num_irqchips * sizeof(struct brig_irqchip) +
	       (u64)desc->num_pio_regions * sizeof(struct brig_pio_region) +
	       (u64)desc->num_pci_devices * sizeof(struct brig_pci_device) +
	       (u64)desc->num_pci_caps * sizeof(struct brig_pci_capability) +
	       (u64)desc->num_stream_ids * sizeof(u32);
}

const u8 *brig_config_cpu_set(const struct brig_cell_desc *desc)
{
	return (const u8 *)(desc + 1);
}

const struct brig_memory_region *brig_config_regions(const struct brig_cell_desc *desc)
{
	return (const void *)(brig_config_cpu_set(desc) + desc->cpu_set_size);
}

const struct brig_pci_device *brig_config_pci_devices(const struct brig_cell_desc *desc)
{
	const u8 *array = (const u8 *)(brig_config_regions(desc) + desc->num_memory_regions);

	array += (size_t)desc->num_cache_regions * sizeof(struct brig_cache_region);
	array += (size_t)desc->num_irqchips * sizeof(struct brig_irqchip);
	array += (size_t)desc->num_pio_regions * sizeof(struct brig_pio_region);
	return (const void *)array;
}

/* Index of the highest CPU of the set + 1; 0 for an empty set. */
u32 brig_config_max_cpus(const struct brig_cell_desc *desc)
{
	const u8 *set = brig_config_cpu_set(desc);
	u32 byte = desc->cpu_set_size;

	while (byte-- > 0)
		if (set[byte])
			return byte * 8 + fls(set[byte]);
	return 0;
}

bool brig_config_has_cpu(const struct brig_cell_desc *desc, u32 cpu)
{
	return cpu / 8 < desc->cpu_set_size &&
	       brig_config_cpu_set(desc)[cpu / 8] & (1 << (cpu % 8));
}

static int check_header(const char *what, const char *signature, const char *expected,
			u16 revision, u8 architecture)
{
	if (memcmp(signature, expected, BRIG_SIGNATURE_SIZE)) {
		pr_err("%s: not such a file (it does not start with %s)\n", what, expected);
		return -EINVAL;
	}
	if (revision != BRIG_CONFIG_REVISION) {
		pr_err("%s: revision %u, this driver needs %u; compile it again\n", what,
		       revision, BRIG_CONFIG_REVISION);
		return -EINVAL;
	}
	if (architecture != BRIG_CONFIG_ARCH_ARM64) {
		pr_err("%s: made for architecture %u, this is %u (arm64)\n", what, architecture,
		       BRIG_CONFIG_ARCH_ARM64);
		return -EINVAL;
	}
	return 0;
}

static int check_cpu_set(const char *what, const struct brig_cell_desc *desc)
{
	if (desc->cpu_set_size > BRIG_CPU_SET_MAX_SIZE) {
		pr_err("%s: CPU set of %u bytes, at most %u are possible\n", what,
		       desc->cpu_set_size, BRIG_CPU_SET_MAX_SIZE);
		return -EINVAL;
	}
	if (brig_config_max_cpus(desc) == 0) {
		pr_err("%s: names no CPU\n", what);
		return -EINVAL;
	}
	return 0;
}

static int check_system_header(const struct brig_system_config *config)
{
	return check_header("system configuration", config->signature, BRIG_SYSTEM_SIGNATURE,
			    config->revision, config->architecture);
}

static int check_cell_header(const struct brig_cell_desc *desc)
{
	return check_header("cell configuration", desc->signature, BRIG_CELL_SIGNATURE,
			    desc->revision, desc->architecture);
}

static u64 system_config_size(const struct brig_system_config *config)
{
	return offsetof(struct brig_system_config, root_cell) +
	       brig_cell_config_size(&config->root_cell);
}

/* Returns the checked system configuration, to be freed with kvfree, or an ERR_PTR. */
struct brig_system_config *brig_copy_system_config(const void __user *user, size_t *size)
{
	struct brig_system_config header, *config;
	u64 full_size;
	int ret;

	if (copy_from_user(&header, user, sizeof(header)))
		return ERR_PTR(-EFAULT);
	ret = check_system_header(&header);
	if (ret)
		return ERR_PTR(ret);

	full_size = system_config_size(&header);
	if (full_size > MAX_CONFIG_SIZE) {
		pr_err("system configuration: its counts add up to %llu bytes\n", full_size);
		return ERR_PTR(-EINVAL);
	}
	config = kvmalloc(full_size, GFP_KERNEL);
	if (!config)
		return ERR_PTR(-ENOMEM);

	ret = -EFAULT;
	if (copy_from_user(config, user, full_size))
		goto fail;
	ret = check_system_header(config);
	if (ret)
		goto fail;
	ret = -EINVAL;
	if (system_config_size(config) != full_size) {
		pr_err("system configuration: changed while it was read\n");
		goto fail;
	}
	ret = check_cpu_set("system configuration", &config->root_cell);
	if (ret)
		goto fail;

	config->root_cell.name[BRIG_CELL_NAME_SIZE - 1] = 0;
	config->root_cell.id = 0;
	*size = full_size;
	return config;

fail:
	kvfree(config);
	return ERR_PTR(ret);
}

/*
 * Returns the checked cell configuration, to be freed with kfree, or an ERR_PTR. It is physically
 * contiguous, because the hypervisor reads it from there.
 */
struct brig_cell_desc *brig_copy_cell_config(const struct brig_cell_create *args)
{
	struct brig_cell_desc *desc;
	int ret;

	desc = kmalloc(max_t(size_t, args->config_size, sizeof(*desc)), GFP_USER | __GFP_NOWARN);
	if (!desc)
		return ERR_PTR(-ENOMEM);

	ret = -EFAULT;
	if (copy_from_user(desc, u64_to_user_ptr(args->config_address), args->config_size))
		goto fail;

	ret = -EINVAL;
	if (args->config_size < sizeof(*desc)) {
		pr_err("cell configuration: %u bytes are less than its header\n",
		       args->config_size);
		goto fail;
	}
	ret = check_cell_header(desc);
	if (ret)
		goto fail;
	ret = -EINVAL;
	if (brig_cell_config_size(desc) > args->config_size) {
		pr_err("cell configuration: its arrays need %llu bytes, the file has %u\n",
		       brig_cell_config_size(desc), args->config_size);
		goto fail;
	}
	ret = check_cpu_set("cell configuration", desc);
	if (ret)
		goto fail;

	desc->name[BRIG_CELL_NAME_SIZE - 1] = 0;
	if (desc->flags & BRIG_CELL_CONSOLE_ACTIVE)
		desc->flags |= BRIG_CELL_CONSOLE_PERMITTED;
	return desc;

fail:
	kfree(desc);
	return ERR_PTR(ret);
}
