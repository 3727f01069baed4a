/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Following a node's interrupt to the controller at the root of the interrupt tree. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "tree.h"

#include <libfdt.h>

#define MAX_HOPS 8

/* Devicetree Specification 0.4, 2.4: the nearest interrupt-parent of the node or above it. */
static const TwinNode *interrupt_parent(const TwinTree *tree, const TwinNode *node)
{
    for (const TwinNode *at = node; at; at = at->parent) {
        const uint32_t phandle = twin_prop_u32(tree, at, "interrupt-parent", 0);

        if (phandle) {
            return twin_tree_by_phandle(tree, phandle);
        }
        if (at != node && (twin_has_prop(tree, at, "interrupt-controller") ||
                           twin_has_prop(tree, at, "interrupt-map"))) {
            return at;
        }
    }
    return NULL;
}

static bool take_cells(const TwinTree *tree, const fdt32_t *cell, int left, TwinIrq *irq)
{
    irq->cells = twin_prop_u32(tree, irq->controller, "#interrupt-cells", 0);
    if (irq->cells == 0 || irq->cells > ARRAY_SIZE(irq->cell) || left < (int)irq->cells) {
        return false;
    }
    for (unsigned i = 0; i < irq->cells; i++) {
        irq->cell[i] = ldl_be_p(cell + i);
    }
    return true;
}

static bool from_extended(const TwinTree *tree, const fdt32_t *cell, int count, unsigned index,
                          TwinIrq *irq)
{
    while (count > 0) {
        irq->controller = twin_tree_by_phandle(tree, ldl_be_p(cell));
        if (!irq->controller || !take_cells(tree, cell + 1, count - 1, irq)) {
            return false;
        }
        if (index-- == 0) {
            return true;
        }
        cell += 1 + irq->cells;
        count -= 1 + irq->cells;
    }
    return false;
}

static bool own_entry(const TwinTree *tree, const TwinNode *node, unsigned index, TwinIrq *irq)
{
    int length;
    const fdt32_t *cell = twin_prop(tree, node, "interrupts-extended", &length);
    unsigned cells;

    if (cell) {
        return from_extended(tree, cell, length / 4, index, irq);
    }
    cell = twin_prop(tree, node, "interrupts", &length);
    irq->controller = cell ? interrupt_parent(tree, node) : NULL;
    if (!irq->controller) {
        return false;
    }
    cells = twin_prop_u32(tree, irq->controller, "#interrupt-cells", 0);
    if (cells == 0 || cells > ARRAY_SIZE(irq->cell) || length < (int)(4 * cells * (index + 1))) {
        return false;
    }
    return take_cells(tree, cell + cells * index, cells, irq);
}

/* One step through interrupt-map, for the masks and unit addresses (all zero: only nodes without
 * reg lead here) that nexus nodes other than PCI's have. */
static bool through_map(const TwinTree *tree, TwinIrq *irq)
{
    const TwinNode *nexus = irq->controller;
    const TwinIrq wanted = *irq;
    unsigned skip = nexus->address_cells;
    int length;
    const fdt32_t *cell = twin_prop(tree, nexus, "interrupt-map", &length);
    int count = length / 4;

    while (count > (int)(skip + wanted.cells)) {
        bool match = true;
        unsigned parent_address;

        for (unsigned i = 0; i < wanted.cells; i++) {
            match &= (uint32_t)ldl_be_p(cell + skip + i) == wanted.cell[i];
        }
        cell += skip + wanted.cells;
        count -= skip + wanted.cells;
        irq->controller = twin_tree_by_phandle(tree, ldl_be_p(cell));
        if (!irq->controller) {
            return false;
        }
        /* Without #address-cells an interrupt controller has none here. */
        parent_address = twin_prop_u32(tree, irq->controller, "#address-cells", 0);
        cell += 1 + parent_address;
        count -= 1 + parent_address;
        if (!take_cells(tree, cell, count, irq)) {
            return false;
        }
        if (match) {
            return true;
        }
        cell += irq->cells;
        count -= irq->cells;
    }
    return false;
}

bool twin_interrupt(const TwinTree *tree, const TwinNode *node, unsigned index, TwinIrq *irq)
{
    if (!own_entry(tree, node, index, irq)) {
        return false;
    }
    for (unsigned hop = 0; hop < MAX_HOPS; hop++) {
        const TwinNode *parent;

        if (twin_has_prop(tree, irq->controller, "interrupt-map")) {
            if (!through_map(tree, irq)) {
                return false;
            }
            continue;
        }
        parent = interrupt_parent(tree, irq->controller);
        if (!parent || parent == irq->controller) {
            return true;
        }
        /* i.MX GPC, MediaTek sysirq, Tegra LIC: they pass the GIC's own three cells on. A fourth
         * one, which says on which CPUs a PPI is meant, only some GICs' nodes have. */
        if (irq->cells < 3 || twin_prop_u32(tree, parent, "#interrupt-cells", 0) < 3) {
            return false;
        }
        irq->controller = parent;
    }
    return false;
}
