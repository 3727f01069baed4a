/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device tree with its nodes in an array, and what they say in terms of the CPUs. */
#ifndef BRIG_TWIN_TREE_H
#define BRIG_TWIN_TREE_H

#include "exec/hwaddr.h"

typedef struct TwinRange {
    uint64_t base;
    uint64_t size;
} TwinRange;

typedef struct TwinNode {
    int offset;                    /* in the blob */
    const struct TwinNode *parent; /* NULL: the root */
    char *path;
    const char *name;
    unsigned address_cells;        /* of its children */
    unsigned size_cells;
} TwinNode;

typedef struct TwinTree {
    void *blob;
    TwinNode *nodes;               /* the root first, each before its children */
    unsigned count;
} TwinTree;

/* One entry of a node's reg, as the CPUs see it. */
typedef struct TwinPart {
    const TwinNode *node;
    TwinRange range;
} TwinPart;

/* One entry of a node's interrupts, followed up to a controller that has no parent. */
typedef struct TwinIrq {
    const TwinNode *controller;
    unsigned cells;
    uint32_t cell[4];
} TwinIrq;

/* Reads and checks a blob; NULL and an error if it is none. */
TwinTree *twin_tree_load(const char *file, Error **errp);

const TwinNode *twin_tree_find(const TwinTree *tree, const char *path);
const TwinNode *twin_tree_find_compatible(const TwinTree *tree, const char *const *compatible);
const TwinNode *twin_tree_by_phandle(const TwinTree *tree, uint32_t phandle);

/* A property's value and its length in bytes; NULL and 0 if there is none. */
const void *twin_prop(const TwinTree *tree, const TwinNode *node, const char *name, int *length);
bool twin_has_prop(const TwinTree *tree, const TwinNode *node, const char *name);
uint32_t twin_prop_u32(const TwinTree *tree, const TwinNode *node, const char *name,
                       uint32_t absent);
uint64_t twin_prop_u64(const TwinTree *tree, const TwinNode *node, const char *name,
                       uint64_t absent);

/* The first string of a property, or "". */
const char *twin_prop_string(const TwinTree *tree, const TwinNode *node, const char *name);

/* Is one of the node's compatible strings in the NULL-terminated list? */
bool twin_compatible(const TwinTree *tree, const TwinNode *node, const char *const *list);
bool twin_is_disabled(const TwinTree *tree, const TwinNode *node);

/* Is it memory beside the RAM, where mailboxes of firmware lie? */
bool twin_is_sram(const TwinTree *tree, const TwinNode *node);

/* Is it a child of /reserved-memory? */
bool twin_is_reserved_memory(const TwinNode *node);

/* A number of 0 to 2 cells (of more, the last two). */
uint64_t twin_cells(const void *cell, unsigned count);

/* Part `index` of the node's reg as the CPUs see it; false if there is none, it is empty, or the
 * buses above do not translate it. */
bool twin_reg(const TwinTree *tree, const TwinNode *node, unsigned index, TwinRange *range);

/* All that twin_reg() finds, in the order of the tree: an array of TwinPart. */
GArray *twin_parts(const TwinTree *tree);

static inline bool twin_overlap(const TwinRange *a, const TwinRange *b)
{
    return a->base < b->base + b->size && b->base < a->base + a->size;
}

/* Interrupt `index` of the node: interrupts-extended or interrupts, through interrupt-map and
 * through controllers that pass on the GIC's own cells. */
bool twin_interrupt(const TwinTree *tree, const TwinNode *node, unsigned index, TwinIrq *irq);

#endif
