/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What answers where no model does: the devices of the tree with zero, a register that is written
 * through a mask with its value, and nobody with an abort. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "exec/address-spaces.h"
#include "recorder.h"
#include "twin.h"

/* Clock controllers of Rockchip: bits 31:16 of each register say which of 15:0 a write changes. */
static const char *const masked_suffix = "-cru";

typedef struct Region {
    MemoryRegion memory;
    TwinRecorder *recorder;
    uint16_t *masked; /* one for each register; NULL: they read as zero */
} Region;

static MemTxResult region_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                               MemTxAttrs attrs)
{
    Region *region = opaque;

    *value = region->masked && size == 4 ? region->masked[offset / 4] : 0;
    twin_record(region->recorder, offset, size, false, 0, attrs);
    return MEMTX_OK;
}

static MemTxResult region_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                MemTxAttrs attrs)
{
    Region *region = opaque;

    if (region->masked && size == 4) {
        const uint16_t mask = value >> 16;
        uint16_t *old = &region->masked[offset / 4];

        *old = (*old & ~mask) | (value & mask);
    }
    twin_record(region->recorder, offset, size, true, value, attrs);
    return MEMTX_OK;
}

static MemTxResult nobody_read(void *opaque, hwaddr address, uint64_t *value, unsigned size,
                               MemTxAttrs attrs)
{
    Region *region = opaque;

    twin_record(region->recorder, address, size, false, 0, attrs);
    return MEMTX_DECODE_ERROR;
}

static MemTxResult nobody_write(void *opaque, hwaddr address, uint64_t value, unsigned size,
                                MemTxAttrs attrs)
{
    Region *region = opaque;

    twin_record(region->recorder, address, size, true, value, attrs);
    return MEMTX_DECODE_ERROR;
}

static const MemoryRegionOps region_ops = {
    .read_with_attrs = region_read,
    .write_with_attrs = region_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
    .impl = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
};

static const MemoryRegionOps nobody_ops = {
    .read_with_attrs = nobody_read,
    .write_with_attrs = nobody_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
    .impl = {.min_access_size = 1, .max_access_size = 8, .unaligned = true},
};

static Region *add_region(BrigTwin *twin, const char *node, const char *compatible,
                          TwinRange range, int priority, const MemoryRegionOps *ops)
{
    Region *region = g_new0(Region, 1);

    region->recorder = twin_recorder_new(node, compatible, range.base);
    memory_region_init_io(&region->memory, OBJECT(twin), ops, region, node ? node : "nobody",
                          range.size);
    memory_region_add_subregion_overlap(get_system_memory(), range.base, &region->memory, priority);
    return region;
}

uint16_t *twin_masked_register(hwaddr address)
{
    MemoryRegionSection section = memory_region_find(get_system_memory(), address, 4);
    uint16_t *value = NULL;

    if (section.mr && section.mr->ops == &region_ops) {
        const Region *region = section.mr->opaque;

        value = region->masked ? &region->masked[section.offset_within_region / 4] : NULL;
    }
    if (section.mr) {
        memory_region_unref(section.mr);
    }
    return value;
}

static bool is_masked(const BrigTwin *twin, const TwinNode *node)
{
    const char *compatible = twin_prop_string(twin->tree, node, "compatible");

    return g_str_has_prefix(compatible, "rockchip,") &&
           g_str_has_suffix(compatible, masked_suffix);
}

/* Ranges of /brig,twin, pairs of 64-bit base and size, whose registers are write-masked too. */
static bool add_given_masked(BrigTwin *twin, Error **errp)
{
    const TwinNode *extra = twin_tree_find(twin->tree, "/brig,twin");
    int length = 0;
    const uint8_t *cell = extra ? twin_prop(twin->tree, extra, "write-masked", &length) : NULL;

    for (; length >= 16; length -= 16, cell += 16) {
        const TwinRange range = {twin_cells(cell, 2), twin_cells(cell + 8, 2)};

        if (range.size == 0 || range.size > 0x1000000) {
            error_setg(errp, "/brig,twin: write-masked: 0x%" PRIx64 " bytes at 0x%" PRIx64
                       " are no registers", range.size, range.base);
            return false;
        }
        add_region(twin, "/brig,twin", "write-masked", range, TWIN_PRIORITY_RECORDER + 1,
                   &region_ops)->masked = g_new0(uint16_t, DIV_ROUND_UP(range.size, 4));
    }
    return true;
}

bool twin_make_regions(BrigTwin *twin, Error **errp)
{
    const TwinRange everything = {0, UINT64_MAX};

    if (!twin_record_to(twin->touched_file, errp)) {
        return false;
    }
    add_region(twin, NULL, "", everything, TWIN_PRIORITY_NOBODY, &nobody_ops);
    for (unsigned i = 0; i < twin->parts->len; i++) {
        const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);
        const char *type = twin_prop_string(twin->tree, part->node, "device_type");
        Region *region;

        if (strcmp(type, "memory") == 0 || twin_is_reserved_memory(part->node)) {
            continue;
        }
        region = add_region(twin, part->node->path,
                            twin_prop_string(twin->tree, part->node, "compatible"), part->range,
                            TWIN_PRIORITY_RECORDER - (64 - clz64(part->range.size)), &region_ops);
        if (is_masked(twin, part->node) && part->range.size <= 0x1000000) {
            region->masked = g_new0(uint16_t, DIV_ROUND_UP(part->range.size, 4));
        }
    }
    return add_given_masked(twin, errp);
}
