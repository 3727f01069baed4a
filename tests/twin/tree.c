/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the tree: nodes, properties, addresses as the CPUs see them. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "tree.h"

#include <libfdt.h>

/* Devicetree Specification 0.4, 2.3.5. */
#define DEFAULT_ADDRESS_CELLS 2
#define DEFAULT_SIZE_CELLS 1

#define MAX_DEPTH 32

uint64_t twin_cells(const void *cell, unsigned count)
{
    const uint8_t *p = cell;
    uint64_t value = 0;

    for (unsigned i = 0; i < count; i++) {
        value = value << 32 | (uint32_t)ldl_be_p(p + 4 * i);
    }
    return value;
}

const void *twin_prop(const TwinTree *tree, const TwinNode *node, const char *name, int *length)
{
    int found = 0;
    const void *value = fdt_getprop(tree->blob, node->offset, name, &found);

    if (length) {
        *length = value ? found : 0;
    }
    return value;
}

bool twin_has_prop(const TwinTree *tree, const TwinNode *node, const char *name)
{
    return twin_prop(tree, node, name, NULL) != NULL;
}

uint32_t twin_prop_u32(const TwinTree *tree, const TwinNode *node, const char *name,
                       uint32_t absent)
{
    int length;
    const void *value = twin_prop(tree, node, name, &length);

    return length >= 4 ? ldl_be_p(value) : absent;
}

uint64_t twin_prop_u64(const TwinTree *tree, const TwinNode *node, const char *name,
                       uint64_t absent)
{
    int length;
    const void *value = twin_prop(tree, node, name, &length);

    return length >= 8 ? ldq_be_p(value) : absent;
}

const char *twin_prop_string(const TwinTree *tree, const TwinNode *node, const char *name)
{
    int length;
    const char *value = twin_prop(tree, node, name, &length);

    return length > 0 && memchr(value, 0, length) ? value : "";
}

bool twin_compatible(const TwinTree *tree, const TwinNode *node, const char *const *list)
{
    for (; *list; list++) {
        if (fdt_node_check_compatible(tree->blob, node->offset, *list) == 0) {
            return true;
        }
    }
    return false;
}

bool twin_is_disabled(const TwinTree *tree, const TwinNode *node)
{
    const char *status = twin_prop_string(tree, node, "status");

    return *status && strcmp(status, "okay") && strcmp(status, "ok");
}

bool twin_is_sram(const TwinTree *tree, const TwinNode *node)
{
    static const char *const names[] = {"mmio-sram", "arm,scmi-shmem", "arm,scp-shmem", NULL};

    return twin_compatible(tree, node, names);
}

bool twin_is_reserved_memory(const TwinNode *node)
{
    return node->parent && strcmp(node->parent->path, "/reserved-memory") == 0;
}

static bool read_cells(const TwinTree *tree, TwinNode *node, Error **errp)
{
    node->address_cells = twin_prop_u32(tree, node, "#address-cells", DEFAULT_ADDRESS_CELLS);
    node->size_cells = twin_prop_u32(tree, node, "#size-cells", DEFAULT_SIZE_CELLS);
    if (node->address_cells > FDT_MAX_NCELLS || node->size_cells > FDT_MAX_NCELLS) {
        error_setg(errp, "%s: #address-cells %u or #size-cells %u is more than %d", node->path,
                   node->address_cells, node->size_cells, FDT_MAX_NCELLS);
        return false;
    }
    return true;
}

static unsigned count_nodes(const void *blob)
{
    unsigned count = 0;

    for (int offset = 0; offset >= 0; offset = fdt_next_node(blob, offset, NULL)) {
        count++;
    }
    return count;
}

static bool read_nodes(TwinTree *tree, Error **errp)
{
    const TwinNode *above[MAX_DEPTH] = {};
    int depth = 0;

    tree->nodes = g_new0(TwinNode, count_nodes(tree->blob));
    for (int offset = 0; offset >= 0 && depth >= 0;
         offset = fdt_next_node(tree->blob, offset, &depth)) {
        TwinNode *node = &tree->nodes[tree->count++];

        if (depth >= MAX_DEPTH) {
            error_setg(errp, "nodes are nested deeper than %d", MAX_DEPTH);
            return false;
        }
        node->offset = offset;
        node->name = fdt_get_name(tree->blob, offset, NULL);
        node->parent = depth ? above[depth - 1] : NULL;
        node->path = depth < 2 ? g_strdup_printf("/%s", node->name)
                               : g_strdup_printf("%s/%s", node->parent->path, node->name);
        above[depth] = node;
        if (!read_cells(tree, node, errp)) {
            return false;
        }
    }
    return true;
}

TwinTree *twin_tree_load(const char *file, Error **errp)
{
    g_autofree char *blob = NULL;
    g_autoptr(GError) failed = NULL;
    size_t size;
    TwinTree *tree;
    int bad;

    if (!g_file_get_contents(file, &blob, &size, &failed)) {
        error_setg(errp, "reading the device tree: %s", failed->message);
        return NULL;
    }
    bad = fdt_check_full(blob, size);
    if (bad) {
        error_setg(errp, "reading the device tree '%s': not a sound device tree blob (%s). Give me "
                   "a compiled tree (.dtb)", file, fdt_strerror(bad));
        return NULL;
    }
    tree = g_new0(TwinTree, 1);
    tree->blob = g_steal_pointer(&blob);
    if (!read_nodes(tree, errp)) {
        error_prepend(errp, "reading the device tree '%s': ", file);
        return NULL;
    }
    return tree;
}

const TwinNode *twin_tree_find(const TwinTree *tree, const char *path)
{
    int offset = fdt_path_offset(tree->blob, path);

    for (unsigned i = 0; offset >= 0 && i < tree->count; i++) {
        if (tree->nodes[i].offset == offset) {
            return &tree->nodes[i];
        }
    }
    return NULL;
}

const TwinNode *twin_tree_find_compatible(const TwinTree *tree, const char *const *compatible)
{
    for (unsigned i = 0; i < tree->count; i++) {
        if (twin_compatible(tree, &tree->nodes[i], compatible)) {
            return &tree->nodes[i];
        }
    }
    return NULL;
}

const TwinNode *twin_tree_by_phandle(const TwinTree *tree, uint32_t phandle)
{
    for (unsigned i = 0; i < tree->count; i++) {
        if (fdt_get_phandle(tree->blob, tree->nodes[i].offset) == phandle) {
            return &tree->nodes[i];
        }
    }
    return NULL;
}

/* Takes an address from the bus `bus` to the one above it. */
static bool translate_up(const TwinTree *tree, const TwinNode *bus, TwinRange *range)
{
    const unsigned child = bus->address_cells, parent = bus->parent->address_cells;
    const unsigned entry = child + parent + bus->size_cells;
    int length;
    const fdt32_t *ranges = twin_prop(tree, bus, "ranges", &length);

    if (!ranges || child > 2 || parent > 2) { /* three cells: PCI */
        return false;
    }
    if (length == 0) {
        return true;
    }
    for (; length >= (int)(4 * entry); length -= 4 * entry, ranges += entry) {
        const uint64_t from = twin_cells(ranges, child);
        const uint64_t to = twin_cells(ranges + child, parent);
        const uint64_t size = twin_cells(ranges + child + parent, bus->size_cells);

        if (range->base >= from && range->base - from < size) {
            range->base = range->base - from + to;
            return true;
        }
    }
    return false;
}

/* Entry `index` of a reg that could be an address of the CPUs, or NULL. */
static const fdt32_t *reg_entry(const TwinTree *tree, const TwinNode *node, unsigned index)
{
    const TwinNode *bus = node->parent;
    const fdt32_t *reg;
    unsigned entry;
    int length;

    if (!bus || bus->size_cells == 0 || bus->address_cells == 0 || bus->address_cells > 2) {
        return NULL;
    }
    entry = bus->address_cells + bus->size_cells;
    reg = twin_prop(tree, node, "reg", &length);
    return length >= (int)(4 * entry * (index + 1)) ? reg + entry * index : NULL;
}

bool twin_reg(const TwinTree *tree, const TwinNode *node, unsigned index, TwinRange *range)
{
    const fdt32_t *reg = reg_entry(tree, node, index);
    const TwinNode *bus = node->parent;

    if (!reg) {
        return false;
    }
    range->base = twin_cells(reg, bus->address_cells);
    range->size = twin_cells(reg + bus->address_cells, bus->size_cells);
    for (; bus->parent; bus = bus->parent) {
        if (!translate_up(tree, bus, range)) {
            return false;
        }
    }
    if (range->base + range->size < range->base) {
        range->size = -range->base;
    }
    return range->size != 0;
}

GArray *twin_parts(const TwinTree *tree)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(TwinPart));

    for (unsigned i = 0; i < tree->count; i++) {
        TwinPart part = {.node = &tree->nodes[i]};

        for (unsigned index = 0; reg_entry(tree, part.node, index); index++) {
            if (twin_reg(tree, part.node, index, &part.range)) {
                g_array_append_val(parts, part);
            }
        }
    }
    return parts;
}
