/* SPDX-License-Identifier: GPL-2.0-only */
/* Between keeper.c and keeper_supply.c. */
#ifndef BRIG_KEEPER_H
#define BRIG_KEEPER_H

#include <linux/list.h>
#include <linux/of.h>
#include <linux/types.h>

enum brig_supply_type {
	BRIG_SUPPLY_CLOCK,
	BRIG_SUPPLY_RESET,
	BRIG_SUPPLY_DOMAIN,
};

/* One clock, reset or power domain of a device-tree node. */
struct brig_supply {
	struct list_head node;
	struct device_node *of_node;	/* a reference */
	enum brig_supply_type type;
	int index;			/* in the node's property */
	int error;			/* 0: kept */
	union {
		struct clk *clock;
		struct {
			struct reset_control *reset;
			bool was_asserted;
		};
		struct {
			struct device *holder;	/* ours; genpd wants a device per user */
			struct device *domain;
		};
	};
};

int brig_supply_count(struct device_node *of_node, enum brig_supply_type type);
void brig_supply_take(struct brig_supply *supply);
void brig_supply_release(struct brig_supply *supply);

#endif
