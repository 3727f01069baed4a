// SPDX-License-Identifier: GPL-2.0-only
/* Taking and giving back one clock, reset or power domain. */

#include "brig.h"
#include "keeper.h"

#include <linux/atomic.h>
#include <linux/clk.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/of_clk.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>
#include <linux/reset.h>
#include <linux/slab.h>

/* How many supplies of this type the node has. */
int brig_supply_count(struct device_node *of_node, enum brig_supply_type type)
{
	switch (type) {
	case BRIG_SUPPLY_CLOCK:
		return of_clk_get_parent_count(of_node);
	case BRIG_SUPPLY_RESET:
		return max(0, of_count_phandle_with_args(of_node, "resets", "#reset-cells"));
	default:
		return max(0, of_count_phandle_with_args(of_node, "power-domains",
							 "#power-domain-cells"));
	}
}

static int take_clock(struct brig_supply *supply)
{
	struct clk *clock = of_clk_get(supply->of_node, supply->index);
	int ret;

	if (IS_ERR(clock))
		return PTR_ERR(clock);
	ret = clk_prepare_enable(clock);
	if (ret) {
		clk_put(clock);
		return ret;
	}
	supply->clock = clock;
	return 0;
}

/*
 * A driver that is bound may have its resets for itself, and the reset core answers a second user
 * with a warning and a backtrace. Such a device is out of reset already.
 */
static bool may_be_in_use(struct device_node *of_node)
{
	struct platform_device *device;
	bool bound;

	if (!of_node_check_flag(of_node, OF_POPULATED))
		return false;
	device = of_find_device_by_node(of_node);
	if (!device)
		return true;	/* on another bus, such as AMBA */
	bound = device->dev.driver;
	put_device(&device->dev);
	return bound;
}

static int take_reset(struct brig_supply *supply)
{
	struct reset_control *reset;
	int ret;

	if (may_be_in_use(supply->of_node))
		return -EBUSY;
	reset = of_reset_control_get_shared_by_index(supply->of_node, supply->index);
	if (IS_ERR(reset))
		return PTR_ERR(reset);
	supply->was_asserted = reset_control_status(reset) > 0;
	ret = reset_control_deassert(reset);
	if (ret) {
		reset_control_put(reset);
		return ret;
	}
	supply->reset = reset;
	return 0;
}

static void free_holder(struct device *holder)
{
	of_node_put(holder->of_node);
	kfree(holder);
}

/* A device on no bus, so that no driver comes and binds to it. */
static struct device *make_holder(struct device_node *of_node)
{
	static atomic_t number;
	struct device *holder = kzalloc(sizeof(*holder), GFP_KERNEL);
	int ret;

	if (!holder)
		return ERR_PTR(-ENOMEM);
	device_initialize(holder);
	holder->parent = brig.dev;
	holder->release = free_holder;
	holder->of_node = of_node_get(of_node);
	ret = dev_set_name(holder, "keeper%d", atomic_inc_return(&number));
	if (!ret)
		ret = device_add(holder);
	if (ret) {
		put_device(holder);
		return ERR_PTR(ret);
	}
	return holder;
}

static int take_domain(struct brig_supply *supply)
{
	struct device *holder = make_holder(supply->of_node);
	struct device *domain;
	int ret;

	if (IS_ERR(holder))
		return PTR_ERR(holder);
	domain = dev_pm_domain_attach_by_id(holder, supply->index);
	if (IS_ERR_OR_NULL(domain)) {
		device_unregister(holder);
		return domain ? PTR_ERR(domain) : -ENODEV;
	}
	ret = pm_runtime_get_sync(domain);
	if (ret < 0) {
		pm_runtime_put_noidle(domain);
		dev_pm_domain_detach(domain, true);
		device_unregister(holder);
		return ret;
	}
	supply->holder = holder;
	supply->domain = domain;
	return 0;
}

/* Switches it on and keeps it so; the result is in `error`. */
void brig_supply_take(struct brig_supply *supply)
{
	switch (supply->type) {
	case BRIG_SUPPLY_CLOCK:
		supply->error = take_clock(supply);
		break;
	case BRIG_SUPPLY_RESET:
		supply->error = take_reset(supply);
		break;
	case BRIG_SUPPLY_DOMAIN:
		supply->error = take_domain(supply);
		break;
	}
}

/* Undoes exactly what taking has done. */
void brig_supply_release(struct brig_supply *supply)
{
	if (supply->error)
		return;
	switch (supply->type) {
	case BRIG_SUPPLY_CLOCK:
		clk_disable_unprepare(supply->clock);
		clk_put(supply->clock);
		break;
	case BRIG_SUPPLY_RESET:
		if (supply->was_asserted)
			reset_control_assert(supply->reset);
		reset_control_put(supply->reset);
		break;
	case BRIG_SUPPLY_DOMAIN:
		pm_runtime_put_sync(supply->domain);
		dev_pm_domain_detach(supply->domain, true);
		device_unregister(supply->holder);
		break;
	}
}
