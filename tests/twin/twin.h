/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * brig-twin: a machine made from a board's device tree. What its parts share.
 *
 * machine.c asks the parts in this order: tree, memory (decides the banks), cpus, gic, uarts,
 * firmware, recorders for all that is left, clock gates, boot.
 */
#ifndef BRIG_TWIN_H
#define BRIG_TWIN_H

#include "exec/hwaddr.h"
#include "exec/memory.h"
#include "hw/boards.h"
#include "hw/irq.h"
#include "tree.h"

#define TYPE_BRIG_TWIN MACHINE_TYPE_NAME("brig-twin")
OBJECT_DECLARE_SIMPLE_TYPE(BrigTwin, BRIG_TWIN)

#define TWIN_MAX_BANKS 16

/* Which of overlapping regions answers; the highest does. */
enum {
    TWIN_PRIORITY_NOBODY = -1000,
    TWIN_PRIORITY_ALIAS = -500,    /* of RAM, above the last bank */
    TWIN_PRIORITY_RECORDER = -100, /* less for larger ones, down to -164 */
    TWIN_PRIORITY_OTHER_RAM = -10, /* reserved regions, SRAM */
    TWIN_PRIORITY_RAM = 0,
    TWIN_PRIORITY_DEVICE = 10,     /* GIC and UARTs */
};

struct BrigTwin {
    MachineState parent;

    /* options */
    char *tree_file;
    char *touched_file;
    bool alias;
    uint64_t firmware;

    TwinTree *tree;
    GArray *parts;       /* TwinPart: all that the tree places in the address map */
    TwinRange banks[TWIN_MAX_BANKS];
    unsigned bank_count;
    MemoryRegion secure; /* what a CPU sees in Secure state */
    AddressSpace secure_space;

    unsigned cpu_count;
    uint64_t *affinity;  /* of each CPU, in the order of the redistributors */
    const TwinNode *gic_node;
    DeviceState *gic;
    unsigned spi_count;
};

/* --- memory.c, banks.c --- */

/* Decides which banks are installed: /brig,twin, /memory, -m (bytes, 0: not given). */
bool twin_find_banks(BrigTwin *twin, uint64_t size, Error **errp);

/* Who has a part of the range: a node's path or "RAM"; NULL if nobody. */
const char *twin_occupied(const BrigTwin *twin, const TwinRange *range);

/* Makes the banks, with aliases if asked for, reserved regions outside of them, and SRAM. */
bool twin_make_memory(BrigTwin *twin, Error **errp);

/* --- cpus.c --- */

/* How many CPUs the tree has that are not disabled; 0 and an error if it makes no sense. */
unsigned twin_count_cpus(const TwinTree *tree, Error **errp);
bool twin_make_cpus(BrigTwin *twin, Error **errp);

/* --- gic.c --- */

bool twin_make_gic(BrigTwin *twin, Error **errp);

/* The GIC input of a node's interrupt; NULL if it does not lead to an SPI. */
qemu_irq twin_irq(BrigTwin *twin, const TwinNode *node, unsigned index);

/* --- uarts.c, firmware.c, boot.c, regions.c --- */

bool twin_make_uarts(BrigTwin *twin, Error **errp);
bool twin_make_firmware(BrigTwin *twin, Error **errp);

/* Loads kernel, tree and initial RAM disk, and has the first CPU start with their addresses. */
bool twin_boot(BrigTwin *twin, Error **errp);

/* All addresses that nothing else has: nodes without a model, and nobody's. */
bool twin_make_regions(BrigTwin *twin, Error **errp);

/* The value of the write-masked register at an address, after that; NULL if there is none. */
uint16_t *twin_masked_register(hwaddr address);

/* --- gates.c --- */

/* Closes the clock gates that /brig,twin names, until somebody opens them. */
bool twin_make_gates(BrigTwin *twin, Error **errp);

#endif
