// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clocks, resets and a power domain that really switch, for tests of the clock keeper, and a driver
 * for a device that uses them. What is on can be read in /sys/module/gatetest/parameters/. The
 * device tree comes from ../gatetest.dtso.
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>
#include <linux/reset-controller.h>
#include <linux/reset.h>

#define COUNT 4

/* Bit n: clock n is on, reset n is asserted. */
static unsigned int clocks_on, resets_asserted = (1 << COUNT) - 1;
static bool domain_on;
module_param(clocks_on, uint, 0444);
module_param(resets_asserted, uint, 0444);
module_param(domain_on, bool, 0444);

struct gate {
	struct clk_hw hw;
	unsigned int bit;
};

static struct gate gates[COUNT];
static const char * const names[COUNT] = { "gate0", "gate1", "gate2", "gate3" };

static int gate_enable(struct clk_hw *hw)
{
	clocks_on |= 1 << container_of(hw, struct gate, hw)->bit;
	return 0;
}

static void gate_disable(struct clk_hw *hw)
{
	clocks_on &= ~(1 << container_of(hw, struct gate, hw)->bit);
}

static int gate_is_enabled(struct clk_hw *hw)
{
	return clocks_on >> container_of(hw, struct gate, hw)->bit & 1;
}

static const struct clk_ops gate_ops = {
	.enable = gate_enable,
	.disable = gate_disable,
	.is_enabled = gate_is_enabled,
};

static int reset_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
	resets_asserted |= 1 << id;
	return 0;
}

static int reset_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
	resets_asserted &= ~(1 << id);
	return 0;
}

static int reset_status(struct reset_controller_dev *rcdev, unsigned long id)
{
	return resets_asserted >> id & 1;
}

static const struct reset_control_ops reset_ops = {
	.assert = reset_assert,
	.deassert = reset_deassert,
	.status = reset_status,
};

static struct reset_controller_dev resets = {
	.ops = &reset_ops,
	.nr_resets = COUNT,
	.owner = THIS_MODULE,
};

static int power_on(struct generic_pm_domain *domain)
{
	domain_on = true;
	return 0;
}

static int power_off(struct generic_pm_domain *domain)
{
	domain_on = false;
	return 0;
}

static struct generic_pm_domain domain = {
	.name = "gatetest",
	.power_on = power_on,
	.power_off = power_off,
};

static int provider_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct clk_hw_onecell_data *clocks;
	int ret, n;

	clocks = devm_kzalloc(dev, struct_size(clocks, hws, COUNT), GFP_KERNEL);
	if (!clocks)
		return -ENOMEM;
	clocks->num = COUNT;
	for (n = 0; n < COUNT; n++) {
		struct clk_init_data init = { .name = names[n], .ops = &gate_ops };

		gates[n].bit = n;
		gates[n].hw.init = &init;
		ret = devm_clk_hw_register(dev, &gates[n].hw);
		if (ret)
			return ret;
		clocks->hws[n] = &gates[n].hw;
	}
	ret = devm_of_clk_add_hw_provider(dev, of_clk_hw_onecell_get, clocks);
	if (ret)
		return ret;
	resets.of_node = dev->of_node;
	ret = devm_reset_controller_register(dev, &resets);
	if (ret)
		return ret;
	ret = pm_genpd_init(&domain, NULL, true);
	if (ret)
		return ret;
	return of_genpd_add_provider_simple(dev->of_node, &domain);
}

static const struct of_device_id provider_match[] = {
	{ .compatible = "brig,test-gate" },
	{ }
};

static struct platform_driver provider_driver = {
	.probe = provider_probe,
	.driver = {
		.name = "brig-test-gate",
		.of_match_table = provider_match,
		.suppress_bind_attrs = true,
	},
};

static void stop_clock(void *clock)
{
	clk_disable_unprepare(clock);
}

static void stop_reset(void *reset)
{
	reset_control_assert(reset);
}

static void stop_power(void *dev)
{
	pm_runtime_put_sync(dev);
	pm_runtime_disable(dev);
}

/* The order in which drivers usually do it: power, clock, reset. */
static int device_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct reset_control *reset;
	struct clk *clock;
	int ret;

	pm_runtime_enable(dev);
	pm_runtime_get_sync(dev);
	ret = devm_add_action_or_reset(dev, stop_power, dev);
	if (ret)
		return ret;

	clock = devm_clk_get(dev, "core");
	if (IS_ERR(clock))
		return PTR_ERR(clock);
	ret = clk_prepare_enable(clock);
	if (ret)
		return ret;
	ret = devm_add_action_or_reset(dev, stop_clock, clock);
	if (ret)
		return ret;

	reset = devm_reset_control_get_exclusive(dev, NULL);
	if (IS_ERR(reset))
		return PTR_ERR(reset);
	reset_control_deassert(reset);
	return devm_add_action_or_reset(dev, stop_reset, reset);
}

static const struct of_device_id device_match[] = {
	{ .compatible = "brig,test-device" },
	{ }
};

static struct platform_driver device_driver = {
	.probe = device_probe,
	.driver = {
		.name = "brig-test-device",
		.of_match_table = device_match,
	},
};

static int __init gatetest_init(void)
{
	int ret = platform_driver_register(&provider_driver);

	return ret ? ret : platform_driver_register(&device_driver);
}
module_init(gatetest_init);	/* no exit: a power domain cannot be taken back while in use */

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: clocks, resets and a power domain, with a device that uses them");
