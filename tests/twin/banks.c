/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which RAM is installed, and where. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "twin.h"

#define DEFAULT_SIZE (1 * GiB)
#define MOST_RAM (64 * GiB)
#define BANK_ALIGN (2 * MiB)
#define FOUR_GIB (4 * GiB)

static bool is_memory(const TwinTree *tree, const TwinNode *node)
{
    return strcmp(twin_prop_string(tree, node, "device_type"), "memory") == 0;
}

/* Reserved regions lie in RAM, not beside it, but for a mailbox in SRAM. */
static bool is_device(const TwinTree *tree, const TwinNode *node)
{
    return !is_memory(tree, node) &&
           (!twin_is_reserved_memory(node) || twin_is_sram(tree, node));
}

const char *twin_occupied(const BrigTwin *twin, const TwinRange *range)
{
    for (unsigned i = 0; i < twin->bank_count; i++) {
        if (twin_overlap(&twin->banks[i], range)) {
            return "RAM";
        }
    }
    for (unsigned i = 0; i < twin->parts->len; i++) {
        const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);

        if (!is_memory(twin->tree, part->node) && twin_overlap(&part->range, range)) {
            return part->node->path;
        }
    }
    return NULL;
}

/* Where the next device above `base` begins. */
static uint64_t next_device(const BrigTwin *twin, uint64_t base)
{
    uint64_t next = UINT64_MAX;

    for (unsigned i = 0; i < twin->parts->len; i++) {
        const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);

        if (is_device(twin->tree, part->node) && part->range.base + part->range.size > base) {
            next = MIN(next, MAX(part->range.base, base));
        }
    }
    return next;
}

static bool add_bank(BrigTwin *twin, uint64_t base, uint64_t size, Error **errp)
{
    if (twin->bank_count == TWIN_MAX_BANKS) {
        error_setg(errp, "the device tree has more than %d banks of RAM", TWIN_MAX_BANKS);
        return false;
    }
    twin->banks[twin->bank_count++] = (TwinRange){base, size};
    return true;
}

/* The banks of /brig,twin: pairs of 64-bit base and size. */
static bool own_banks(BrigTwin *twin, Error **errp)
{
    const TwinNode *extra = twin_tree_find(twin->tree, "/brig,twin");
    const uint8_t *cell;
    int length = 0;

    cell = extra ? twin_prop(twin->tree, extra, "memory", &length) : NULL;
    if (length % 16) {
        error_setg(errp, "/brig,twin: memory must be pairs of base and size, two cells each");
        return false;
    }
    for (; length > 0; length -= 16, cell += 16) {
        if (!add_bank(twin, twin_cells(cell, 2), twin_cells(cell + 8, 2), errp)) {
            return false;
        }
    }
    return true;
}

static bool declared_banks(BrigTwin *twin, Error **errp)
{
    for (unsigned i = 0; i < twin->parts->len; i++) {
        const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);

        if (is_memory(twin->tree, part->node) && part->node->parent && !part->node->parent->parent &&
            !add_bank(twin, part->range.base, part->range.size, errp)) {
            return false;
        }
    }
    return true;
}

/* Many trees leave the size to the boot loader and keep the address. */
static bool empty_bank(const BrigTwin *twin, uint64_t *base)
{
    for (unsigned i = 0; i < twin->tree->count; i++) {
        const TwinNode *node = &twin->tree->nodes[i];
        int length;
        const void *reg;

        if (is_memory(twin->tree, node) && node->parent && !node->parent->parent) {
            reg = twin_prop(twin->tree, node, "reg", &length);
            if (length >= (int)(4 * node->parent->address_cells)) {
                *base = twin_cells(reg, node->parent->address_cells);
                return true;
            }
        }
    }
    return false;
}

/* Makers whose trees leave RAM to the boot loader altogether, and where they have it. */
static bool makers_place(const BrigTwin *twin, uint64_t *base)
{
    static const struct { const char *prefix; uint64_t base; } makers[] = {
        {"allwinner,", 0x40000000},
    };
    int length;
    const char *name = twin_prop(twin->tree, &twin->tree->nodes[0], "compatible", &length);

    for (const char *end = name + length; name && name < end; name += strnlen(name, end - name) + 1) {
        for (unsigned i = 0; i < ARRAY_SIZE(makers); i++) {
            if (g_str_has_prefix(name, makers[i].prefix)) {
                *base = makers[i].base;
                return true;
            }
        }
    }
    return false;
}

/* The largest hole below 4 GiB. */
static uint64_t largest_hole(const BrigTwin *twin)
{
    uint64_t best = 0, best_size = 0;

    for (uint64_t at = 0; at < FOUR_GIB;) {
        const uint64_t end = MIN(next_device(twin, at), FOUR_GIB);
        uint64_t after = FOUR_GIB;

        if (end > at && end - at > best_size) {
            best = at;
            best_size = end - at;
        }
        for (unsigned i = 0; i < twin->parts->len; i++) {
            const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);

            if (is_device(twin->tree, part->node) && part->range.base <= end &&
                part->range.base + part->range.size > end) {
                after = MIN(after, part->range.base + part->range.size);
            }
        }
        at = after;
    }
    return best;
}

/* RAM of that size which begins at a multiple of 1 GiB at or below the base, as far as no device
 * covers it; what is above 4 GiB continues there. */
static bool guessed_banks(BrigTwin *twin, uint64_t size, Error **errp)
{
    uint64_t base, end, device;

    if (!empty_bank(twin, &base) && !makers_place(twin, &base)) {
        base = ROUND_UP(largest_hole(twin), BANK_ALIGN);
        info_report("the device tree has no /memory: taking RAM to begin at 0x%" PRIx64
                    ", in the largest hole below 4 GiB", base);
    }
    end = ROUND_DOWN(base, GiB) + MAX(size, BANK_ALIGN);
    device = ROUND_DOWN(next_device(twin, base), BANK_ALIGN);
    if (MIN(end, device) <= base) {
        error_setg(errp, "RAM of %" PRIu64 " MiB has no place at 0x%" PRIx64 ": say the banks in "
                   "/brig,twin", size / MiB, base);
        return false;
    }
    return add_bank(twin, base, MIN(end, device) - base, errp) &&
           (end <= MAX(device, FOUR_GIB) ||
            add_bank(twin, MAX(base, FOUR_GIB), end - MAX(base, FOUR_GIB), errp));
}

static uint64_t total(const BrigTwin *twin)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < twin->bank_count; i++) {
        sum += twin->banks[i].size;
    }
    return sum;
}

static void cut(BrigTwin *twin, uint64_t size)
{
    for (unsigned i = 0; i < twin->bank_count; i++) {
        twin->banks[i].size = MIN(twin->banks[i].size, size);
        size -= twin->banks[i].size;
    }
    while (twin->bank_count && !twin->banks[twin->bank_count - 1].size) {
        twin->bank_count--;
    }
}

/* More than the tree has: the last bank grows up to the next device, the rest is at 4 GiB. */
static bool grow(BrigTwin *twin, uint64_t by, Error **errp)
{
    TwinRange *last = &twin->banks[twin->bank_count - 1];
    const uint64_t end = last->base + last->size;
    const uint64_t room = ROUND_DOWN(next_device(twin, end), BANK_ALIGN) - end;
    TwinRange rest = {FOUR_GIB, by - MIN(by, room)};
    const char *other;

    if (room < by && end <= FOUR_GIB) {
        other = twin_occupied(twin, &rest);
        if (other) {
            error_setg(errp, "%" PRIu64 " MiB more than the device tree's banks have no room at "
                       "4 GiB, %s lies there: say the banks in /brig,twin", by / MiB, other);
            return false;
        }
        last->size += room;
        return add_bank(twin, rest.base, rest.size, errp);
    }
    if (room < by) {
        error_setg(errp, "there is no room for %" PRIu64 " MiB more than the device tree's banks "
                   "have: say the banks in /brig,twin", by / MiB);
        return false;
    }
    last->size += by;
    return true;
}

static gint by_base(gconstpointer a, gconstpointer b)
{
    const TwinRange *x = a, *y = b;

    return x->base < y->base ? -1 : x->base > y->base;
}

static bool check(const BrigTwin *twin, Error **errp)
{
    for (unsigned i = 0; i < twin->bank_count; i++) {
        const TwinRange *bank = &twin->banks[i];

        if ((bank->base | bank->size) % (4 * KiB) || bank->base + bank->size < bank->base) {
            error_setg(errp, "RAM at 0x%" PRIx64 ", 0x%" PRIx64 " bytes: not whole pages",
                       bank->base, bank->size);
            return false;
        }
    }
    return true;
}

/* Sorts the banks and makes one of those that overlap or touch. */
static void merge(BrigTwin *twin)
{
    unsigned kept = 0;

    qsort(twin->banks, twin->bank_count, sizeof(twin->banks[0]), by_base);
    for (unsigned i = 1; i < twin->bank_count; i++) {
        TwinRange *last = &twin->banks[kept], *bank = &twin->banks[i];

        if (bank->base <= last->base + last->size) {
            last->size = MAX(last->size, bank->base - last->base + bank->size);
        } else {
            twin->banks[++kept] = *bank;
        }
    }
    twin->bank_count = kept + 1;
}

bool twin_find_banks(BrigTwin *twin, uint64_t size, Error **errp)
{
    if (!own_banks(twin, errp) || (!twin->bank_count && !declared_banks(twin, errp))) {
        return false;
    }
    if (!twin->bank_count) {
        if (!guessed_banks(twin, size ? size : DEFAULT_SIZE, errp)) {
            return false;
        }
        size = 0;
    }
    merge(twin);
    if (!size && total(twin) > MOST_RAM) {
        info_report("the device tree has %" PRIu64 " GiB of RAM: taking %" PRIu64 " GiB, -m says "
                    "otherwise", total(twin) / GiB, (uint64_t)MOST_RAM / GiB);
        size = MOST_RAM;
    }
    if (size && size < total(twin)) {
        cut(twin, size);
    } else if (size > total(twin) && !grow(twin, size - total(twin), errp)) {
        return false;
    }
    MACHINE(twin)->ram_size = total(twin);
    return check(twin, errp);
}
