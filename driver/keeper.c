// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock keeper. Linux switches off what none of its drivers uses: the clock of a UART that a
 * cell or the hypervisor drives would be gone minutes later. So for as long as a cell has a device,
 * the driver is the user of its clocks, resets and power domains. What fails is reported, and the
 * cell is made all the same: many devices work without.
 */

#include "brig.h"
#include "keeper.h"

#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/of_address.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

static bool keep = true;
module_param(keep, bool, 0644);
MODULE_PARM_DESC(keep, "Keep clocks, resets and power domains of handed-over devices on (default Y)");

static bool overlaps(struct device_node *of_node, u64 start, u64 size)
{
	struct resource res;
	int i;

	for (i = 0; !of_address_to_resource(of_node, i, &res); i++)
		if (resource_type(&res) == IORESOURCE_MEM && res.start <= start + (size - 1) &&
		    start <= res.end)
			return true;
	return false;
}

static bool is_listed(const struct list_head *kept, const struct device_node *of_node)
{
	const struct brig_supply *supply;

	list_for_each_entry(supply, kept, node)
		if (supply->of_node == of_node)
			return true;
	return false;
}

static const char *type_name(const struct brig_supply *supply)
{
	static const char * const names[] = { "clock", "reset", "power-domain" };

	return names[supply->type];
}

static void keep_supply(struct list_head *kept, struct device_node *of_node,
			enum brig_supply_type type, int index)
{
	struct brig_supply *supply = kzalloc(sizeof(*supply), GFP_KERNEL);

	if (!supply) {
		pr_warn("%pOF: no memory for keeping what it needs on\n", of_node);
		return;
	}
	supply->of_node = of_node_get(of_node);
	supply->type = type;
	supply->index = index;
	brig_supply_take(supply);
	list_add_tail(&supply->node, kept);
	/* -EBUSY: a driver of Linux has the reset, so it is deasserted. */
	if (supply->error && !(type == BRIG_SUPPLY_RESET && supply->error == -EBUSY))
		pr_warn("%pOF: %s %d cannot be kept on (%d); the device may stop when Linux switches it off\n",
			of_node, type_name(supply), index, supply->error);
}

/* Power first: some clock and reset registers are in the domain. */
static void keep_node(struct list_head *kept, struct device_node *of_node)
{
	static const enum brig_supply_type order[] = {
		BRIG_SUPPLY_DOMAIN, BRIG_SUPPLY_CLOCK, BRIG_SUPPLY_RESET,
	};
	int i, index, count;

	if (is_listed(kept, of_node))
		return;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		count = brig_supply_count(of_node, order[i]);
		for (index = 0; index < count; index++)
			keep_supply(kept, of_node, order[i], index);
	}
}

/* A bus that is off takes its devices with it. */
static void keep_buses(struct list_head *kept, struct device_node *of_node)
{
	struct device_node *bus = of_get_parent(of_node);

	while (bus) {
		if (of_device_is_compatible(bus, "simple-pm-bus"))
			keep_node(kept, bus);
		bus = of_get_next_parent(bus);
	}
}

/* Adds to `kept` all that the devices in [start, start + size) need. */
void brig_keep(struct list_head *kept, u64 start, u64 size)
{
	struct device_node *of_node;
	LIST_HEAD(added);

	if (!keep || !size)
		return;
	for_each_node_with_property(of_node, "reg") {
		if (!overlaps(of_node, start, size) || is_listed(kept, of_node))
			continue;
		keep_buses(&added, of_node);
		keep_node(&added, of_node);
	}
	down_write(&brig.active);
	list_splice_tail(&added, kept);
	up_write(&brig.active);
}

/* For all memory regions of a cell. */
void brig_keep_regions(struct brig_cell *cell)
{
	u32 n;

	for (n = 0; n < cell->num_regions; n++)
		if (!(cell->regions[n].flags & BRIG_MEM_COMM_REGION))
			brig_keep(&cell->kept, cell->regions[n].phys_start, cell->regions[n].size);
}

void brig_keep_release(struct list_head *kept)
{
	struct brig_supply *supply, *next;
	LIST_HEAD(released);

	down_write(&brig.active);
	list_splice_init(kept, &released);
	up_write(&brig.active);
	list_for_each_entry_safe_reverse(supply, next, &released, node) {
		brig_supply_release(supply);
		of_node_put(supply->of_node);
		kfree(supply);
	}
}

static const char *supply_name(const struct brig_supply *supply)
{
	static const char * const properties[] = {
		"clock-names", "reset-names", "power-domain-names",
	};
	const char *name;

	if (!of_property_read_string_index(supply->of_node, properties[supply->type],
					   supply->index, &name))
		return name;
	return "-";
}

/* One line each: node, type, index, name, "kept" or "error" with its number. */
ssize_t brig_keep_show(const struct list_head *kept, char *buffer)
{
	const struct brig_supply *supply;
	int length = 0;

	down_read(&brig.active);
	list_for_each_entry(supply, kept, node) {
		length += sysfs_emit_at(buffer, length, "%pOF %s %d %s ", supply->of_node,
					type_name(supply), supply->index, supply_name(supply));
		if (supply->error)
			length += sysfs_emit_at(buffer, length, "error %d\n", supply->error);
		else
			length += sysfs_emit_at(buffer, length, "kept\n");
	}
	up_read(&brig.active);
	return length;
}
