/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RAM: the banks, what the memory controller shows above them, reserved regions and SRAM. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "twin.h"

#define PAGE (4 * KiB)

/* Host memory is taken as it is used: a bank may be larger than what the host has. */
static MemoryRegion *new_ram(const char *name, uint64_t base, uint64_t size, Error **errp)
{
    g_autofree char *unique = g_strdup_printf("%s@%" PRIx64, name, base);
    MemoryRegion *ram = g_new(MemoryRegion, 1);

    return memory_region_init_ram_flags_nomigrate(ram, NULL, unique, size, RAM_NORESERVE, errp)
               ? ram : NULL;
}

static bool add_ram(const char *name, uint64_t base, uint64_t size, int priority, Error **errp)
{
    MemoryRegion *ram = new_ram(name, base, size, errp);

    if (ram) {
        memory_region_add_subregion_overlap(get_system_memory(), base, ram, priority);
    }
    return ram != NULL;
}

static void add_window(MemoryRegion *dram, uint64_t offset, uint64_t base, uint64_t size,
                       int priority)
{
    MemoryRegion *window = g_new(MemoryRegion, 1);

    memory_region_init_alias(window, NULL, "dram.window", dram, offset, size);
    memory_region_add_subregion_overlap(get_system_memory(), base, window, priority);
}

/* A memory controller that decodes only as many address bits as the installed size, a power of two,
 * has: all banks are windows into one DRAM, and above the last it is seen over and over. */
static bool add_aliased_banks(BrigTwin *twin, Error **errp)
{
    const TwinNode *extra = twin_tree_find(twin->tree, "/brig,twin");
    const TwinRange *last = &twin->banks[twin->bank_count - 1];
    const uint64_t size = pow2ceil(MACHINE(twin)->ram_size);
    const uint64_t origin = ROUND_DOWN(twin->banks[0].base, size);
    uint64_t repeat = extra ? twin_prop_u32(twin->tree, extra, "alias-megabytes", 0) : 0;
    uint64_t at = last->base + last->size, end;
    MemoryRegion *dram = new_ram("dram", origin, size, errp);

    if (!dram) {
        return false;
    }
    for (unsigned i = 0; i < twin->bank_count; i++) {
        const TwinRange *bank = &twin->banks[i];
        const uint64_t offset = (bank->base - origin) % size;

        if (bank->size > size - offset) {
            error_setg(errp, "alias=on: the bank at 0x%" PRIx64 " does not fit into %" PRIu64
                       " MiB of DRAM that begin at 0x%" PRIx64, bank->base, size / MiB, origin);
            return false;
        }
        for (unsigned j = 0; j < i; j++) {
            const TwinRange a = {offset, bank->size};
            const TwinRange b = {(twin->banks[j].base - origin) % size, twin->banks[j].size};

            if (twin_overlap(&a, &b)) {
                error_setg(errp, "alias=on: the banks at 0x%" PRIx64 " and 0x%" PRIx64 " would be "
                           "the same DRAM", twin->banks[j].base, bank->base);
                return false;
            }
        }
        add_window(dram, offset, bank->base, bank->size, TWIN_PRIORITY_RAM);
    }
    end = at + (repeat ? repeat * MiB : size);
    while (at < end) {
        const uint64_t offset = (at - origin) % size;
        const uint64_t part = MIN(size - offset, end - at);

        add_window(dram, offset, at, part, TWIN_PRIORITY_ALIAS);
        at += part;
    }
    return true;
}

static bool add_banks(BrigTwin *twin, Error **errp)
{
    for (unsigned i = 0; i < twin->bank_count; i++) {
        if (!add_ram("ram", twin->banks[i].base, twin->banks[i].size, TWIN_PRIORITY_RAM, errp)) {
            return false;
        }
    }
    return true;
}

/* Is the part in a bank, or in what would be one if more were installed? */
static bool in_banks(const BrigTwin *twin, const TwinRange *range)
{
    const TwinRange *last = &twin->banks[twin->bank_count - 1];

    for (unsigned i = 0; i < twin->bank_count; i++) {
        const TwinRange *bank = &twin->banks[i];

        if (range->base >= bank->base && range->base + range->size <= bank->base + bank->size) {
            return true;
        }
    }
    return range->base >= last->base;
}

/* Reserved regions outside the banks, and SRAM. */
static bool add_others(BrigTwin *twin, Error **errp)
{
    for (unsigned i = 0; i < twin->parts->len; i++) {
        const TwinPart *part = &g_array_index(twin->parts, TwinPart, i);
        const TwinNode *above = part->node->parent;
        const uint64_t base = ROUND_DOWN(part->range.base, PAGE);
        const bool reserved = twin_is_reserved_memory(part->node);

        if (!reserved && !twin_is_sram(twin->tree, part->node)) {
            continue;
        }
        if ((reserved && in_banks(twin, &part->range)) ||
            (above && twin_is_sram(twin->tree, above))) {
            continue;
        }
        if (!add_ram(part->node->name, base,
                     ROUND_UP(part->range.base + part->range.size, PAGE) - base,
                     TWIN_PRIORITY_OTHER_RAM, errp)) {
            return false;
        }
    }
    return true;
}

bool twin_make_memory(BrigTwin *twin, Error **errp)
{
    return (twin->alias ? add_aliased_banks(twin, errp) : add_banks(twin, errp)) &&
           add_others(twin, errp);
}
