/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupt controller where the tree has it, and the CPUs' own interrupts. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qobject/qlist.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "hw/intc/arm_gic.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/intc/arm_gicv3_its_common.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "target/arm/cpu.h"
#include "target/arm/gtimer.h"
#include "twin.h"

#include <libfdt.h>

#define REDISTRIBUTOR_SIZE 0x20000
#define V2_MOST_CPUS 8
#define MOST_INTERRUPTS 1020
#define MOST_SPIS 960 /* of those that QEMU can have, 32 at a time */
#define MAX_REGIONS 32

/* Bindings: 0 in the first cell is an SPI, 1 a PPI. */
enum { TYPE_SPI, TYPE_PPI };

static const char *const v3_names[] = {"arm,gic-v3", "qcom,msm8996-gic-v3", NULL};
static const char *const v2_names[] = {"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic",
                                       "qcom,msm-qgic2", "arm,pl390", NULL};


/* INTID of interrupt `index` of the node if it leads to the GIC and is of that type. */
static bool find_intid(const BrigTwin *twin, const TwinNode *node, unsigned index, unsigned type,
                       unsigned *intid)
{
    TwinIrq irq;

    if (!twin_interrupt(twin->tree, node, index, &irq) || irq.cells < 3 ||
        irq.controller != twin->gic_node || irq.cell[0] != type) {
        return false;
    }
    *intid = irq.cell[1] + (type == TYPE_SPI ? 32 : 16);
    return *intid < (type == TYPE_SPI ? MOST_INTERRUPTS : 32);
}

qemu_irq twin_irq(BrigTwin *twin, const TwinNode *node, unsigned index)
{
    unsigned intid;

    if (!find_intid(twin, node, index, TYPE_SPI, &intid) || intid - 32 >= twin->spi_count) {
        return NULL;
    }
    return qdev_get_gpio_in(twin->gic, intid - 32);
}

static qemu_irq ppi(BrigTwin *twin, unsigned cpu, unsigned intid)
{
    return qdev_get_gpio_in(twin->gic, twin->spi_count + cpu * GIC_INTERNAL + intid);
}

/* A PPI of a node, or what cores and boards commonly use. */
static unsigned ppi_of(const BrigTwin *twin, const TwinNode *node, unsigned index, unsigned common)
{
    unsigned intid;

    return node && find_intid(twin, node, index, TYPE_PPI, &intid) ? intid : common;
}

/* SPIs: what /brig,twin says, or as many as the tree needs, in 32s. */
static bool count_spis(BrigTwin *twin, Error **errp)
{
    const TwinNode *extra = twin_tree_find(twin->tree, "/brig,twin");
    const unsigned given = extra ? twin_prop_u32(twin->tree, extra, "spis", 0) : 0;
    unsigned count = 1;

    if (given % 32 || given > MOST_SPIS) {
        error_setg(errp, "/brig,twin: spis = %u is not a multiple of 32, up to %u", given,
                   MOST_SPIS);
        return false;
    }
    for (unsigned i = 0; i < twin->tree->count; i++) {
        const TwinNode *node = &twin->tree->nodes[i];
        TwinIrq irq;
        unsigned intid;

        for (unsigned index = 0; twin_interrupt(twin->tree, node, index, &irq); index++) {
            if (find_intid(twin, node, index, TYPE_SPI, &intid)) {
                count = MAX(count, intid - 32 + 1);
            }
        }
    }
    twin->spi_count = given ? given : MIN(ROUND_UP(count, 32), MOST_SPIS);
    return true;
}

static DeviceState *new_gic(BrigTwin *twin, const char *type, unsigned revision)
{
    DeviceState *gic = qdev_new(type);

    qdev_prop_set_uint32(gic, "revision", revision);
    qdev_prop_set_uint32(gic, "num-cpu", twin->cpu_count);
    qdev_prop_set_uint32(gic, "num-irq", twin->spi_count + GIC_INTERNAL);
    qdev_prop_set_bit(gic, "has-security-extensions", true);
    return gic;
}

static void map(DeviceState *dev, unsigned index, uint64_t base)
{
    sysbus_mmio_map_overlap(SYS_BUS_DEVICE(dev), index, base, TWIN_PRIORITY_DEVICE);
}

static void add_its(BrigTwin *twin)
{
    static const char *const names[] = {"arm,gic-v3-its", NULL};

    for (unsigned i = 0; i < twin->tree->count; i++) {
        const TwinNode *node = &twin->tree->nodes[i];
        TwinRange range;
        DeviceState *its;

        if (!twin_compatible(twin->tree, node, names) ||
            !twin_reg(twin->tree, node, 0, &range)) {
            continue;
        }
        its = qdev_new("arm-gicv3-its");
        object_property_set_link(OBJECT(its), "parent-gicv3", OBJECT(twin->gic), &error_abort);
        sysbus_realize_and_unref(SYS_BUS_DEVICE(its), &error_fatal);
        map(its, 0, range.base);
    }
}

/* The redistributors: CPUs fill the regions in the order of their affinity. */
static bool make_v3(BrigTwin *twin, const TwinNode *node, Error **errp)
{
    const unsigned regions = twin_prop_u32(twin->tree, node, "#redistributor-regions", 1);
    const uint64_t stride = twin_prop_u64(twin->tree, node, "redistributor-stride", 0);
    /* Frames of twice the size are those of GICv4, with two more for virtual LPIs. */
    const bool v4 = stride == 2 * REDISTRIBUTOR_SIZE;
    const unsigned frame = v4 ? stride : REDISTRIBUTOR_SIZE;
    unsigned left = twin->cpu_count, used = 0;
    TwinRange distributor, region[MAX_REGIONS];
    QList *counts = qlist_new();

    if (stride && stride != REDISTRIBUTOR_SIZE && !v4) {
        error_setg(errp, "%s: redistributor-stride 0x%" PRIx64 ": I only have 0x20000 and 0x40000",
                   node->path, stride);
        return false;
    }
    if (!twin_reg(twin->tree, node, 0, &distributor) || regions > MAX_REGIONS) {
        error_setg(errp, "%s: no distributor, or more than %d redistributor regions", node->path,
                   MAX_REGIONS);
        return false;
    }
    for (; used < regions && left; used++) {
        unsigned count;

        if (!twin_reg(twin->tree, node, 1 + used, &region[used])) {
            break;
        }
        count = MIN(left, region[used].size / frame);
        if (!count) {
            break;
        }
        qlist_append_int(counts, count);
        left -= count;
    }
    if (left) {
        error_setg(errp, "%s: its redistributor regions have no room for %u of %u CPUs", node->path,
                   left, twin->cpu_count);
        return false;
    }
    twin->gic = new_gic(twin, gicv3_class_name(), v4 ? 4 : 3);
    qdev_prop_set_array(twin->gic, "redist-region-count", counts);
    qdev_prop_set_bit(twin->gic, "has-lpi", true);
    object_property_set_link(OBJECT(twin->gic), "sysmem", OBJECT(get_system_memory()),
                             &error_abort);
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(twin->gic), errp)) {
        return false;
    }
    map(twin->gic, 0, distributor.base);
    for (unsigned i = 0; i < used; i++) {
        map(twin->gic, 1 + i, region[i].base);
    }
    add_its(twin);
    return true;
}

/* Puts a CPU interface of 8 KiB at its place. Boards made for pages of 64 KiB show each of its two
 * pages 16 times (Server Base System Architecture, "GICv2 with 64 KiB pages"). */
static void map_interface(DeviceState *gic, unsigned index, const TwinRange *range)
{
    MemoryRegion *page = sysbus_mmio_get_region(SYS_BUS_DEVICE(gic), index);
    MemoryRegion *all;

    if (range->size != 0x20000) {
        map(gic, index, range->base);
        return;
    }
    all = g_new(MemoryRegion, 1);
    memory_region_init(all, OBJECT(gic), "gic-64k", range->size);
    memory_region_add_subregion_overlap(get_system_memory(), range->base, all,
                                        TWIN_PRIORITY_DEVICE);
    for (unsigned i = 0; i < 32; i++) {
        MemoryRegion *copy = g_new(MemoryRegion, 1);

        memory_region_init_alias(copy, OBJECT(gic), "gic-page", page, i / 16 * 0x1000, 0x1000);
        memory_region_add_subregion(all, i * 0x1000, copy);
    }
}

static bool make_v2(BrigTwin *twin, const TwinNode *node, Error **errp)
{
    TwinRange part[4];
    unsigned parts = 0;

    while (parts < 4 && twin_reg(twin->tree, node, parts, &part[parts])) {
        parts++;
    }
    if (parts < 2) {
        error_setg(errp, "%s: reg must have distributor and CPU interface", node->path);
        return false;
    }
    if (twin->cpu_count > V2_MOST_CPUS) {
        error_setg(errp, "%s: a GICv2 serves %d CPUs, this tree has %u", node->path, V2_MOST_CPUS,
                   twin->cpu_count);
        return false;
    }
    if (parts < 4) {
        info_report("%s has no virtual interface: cells cannot get interrupts", node->path);
    }
    twin->gic = new_gic(twin, gic_class_name(), 2);
    qdev_prop_set_bit(twin->gic, "has-virtualization-extensions", parts == 4);
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(twin->gic), errp)) {
        return false;
    }
    map(twin->gic, 0, part[0].base);
    map_interface(twin->gic, 1, &part[1]);
    if (parts == 4) {
        map(twin->gic, 2, part[2].base);
        map_interface(twin->gic, 3, &part[3]);
    }
    return true;
}

/* The generic timer's interrupts: the binding's order, and as many cores have them. */
static void connect_timers(BrigTwin *twin, unsigned cpu)
{
    static const char *const names[] = {"arm,armv8-timer", "arm,armv7-timer", NULL};
    static const struct { const char *name; unsigned line, common; } timers[] = {
        {"sec-phys", GTIMER_SEC, 29}, {"phys", GTIMER_PHYS, 30}, {"virt", GTIMER_VIRT, 27},
        {"hyp-phys", GTIMER_HYP, 26}, {"hyp-virt", GTIMER_HYPVIRT, 28},
    };
    const TwinNode *node = twin_tree_find_compatible(twin->tree, names);
    DeviceState *core = DEVICE(qemu_get_cpu(cpu));

    for (unsigned i = 0; i < ARRAY_SIZE(timers); i++) {
        int index = i;

        if (node && twin_has_prop(twin->tree, node, "interrupt-names")) {
            index = fdt_stringlist_search(twin->tree->blob, node->offset, "interrupt-names",
                                          timers[i].name);
        }
        qdev_connect_gpio_out(core, timers[i].line,
                              ppi(twin, cpu, ppi_of(twin, index < 0 ? NULL : node, index,
                                                    timers[i].common)));
    }
}

static const TwinNode *find_pmu(const BrigTwin *twin)
{
    for (unsigned i = 0; i < twin->tree->count; i++) {
        const char *compatible = twin_prop_string(twin->tree, &twin->tree->nodes[i], "compatible");

        if (g_str_has_prefix(compatible, "arm,") &&
            (g_str_has_suffix(compatible, "-pmu") || g_str_has_suffix(compatible, "-pmuv3"))) {
            return &twin->tree->nodes[i];
        }
    }
    return NULL;
}

static void connect_cpu(BrigTwin *twin, bool v3, unsigned cpu)
{
    static const int inputs[] = {ARM_CPU_IRQ, ARM_CPU_FIQ, ARM_CPU_VIRQ, ARM_CPU_VFIQ,
                                 ARM_CPU_NMI, ARM_CPU_VINMI};
    DeviceState *core = DEVICE(qemu_get_cpu(cpu));
    SysBusDevice *bus = SYS_BUS_DEVICE(twin->gic);
    qemu_irq maintenance = ppi(twin, cpu, ppi_of(twin, twin->gic_node, 0, 25));

    connect_timers(twin, cpu);
    qdev_connect_gpio_out_named(core, "pmu-interrupt", 0,
                                ppi(twin, cpu, ppi_of(twin, find_pmu(twin), 0, 23)));
    for (unsigned i = 0; i < (v3 ? 6 : 4); i++) {
        sysbus_connect_irq(bus, i * twin->cpu_count + cpu, qdev_get_gpio_in(core, inputs[i]));
    }
    if (v3) {
        qdev_connect_gpio_out_named(core, "gicv3-maintenance-interrupt", 0, maintenance);
    } else if (object_property_get_bool(OBJECT(twin->gic), "has-virtualization-extensions", NULL)) {
        sysbus_connect_irq(bus, 4 * twin->cpu_count + cpu, maintenance);
    }
}

bool twin_make_gic(BrigTwin *twin, Error **errp)
{
    const TwinNode *v3 = twin_tree_find_compatible(twin->tree, v3_names);

    twin->gic_node = v3 ? v3 : twin_tree_find_compatible(twin->tree, v2_names);
    if (!twin->gic_node) {
        error_setg(errp, "the device tree has no GICv2 and no GICv3");
        return false;
    }
    if (!count_spis(twin, errp) ||
        !(v3 ? make_v3(twin, v3, errp) : make_v2(twin, twin->gic_node, errp))) {
        return false;
    }
    for (unsigned i = 0; i < twin->cpu_count; i++) {
        connect_cpu(twin, v3 != NULL, i);
    }
    return true;
}
