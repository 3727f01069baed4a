/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine type, its options, and the order in which its parts are made. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "exec/address-spaces.h"
#include "qom/object.h"
#include "twin.h"

/* Below 2^40, which all cores reach, and far from what boards use. */
#define DEFAULT_FIRMWARE 0xff00000000ull
#define FIRMWARE_ALIGN 0x200000ull

#define MOST_CPUS 512

static bool make(BrigTwin *twin, Error **errp)
{
    return twin_find_banks(twin, MACHINE(twin)->ram_size, errp) &&
           twin_make_memory(twin, errp) && twin_make_firmware(twin, errp) &&
           twin_make_cpus(twin, errp) && twin_make_gic(twin, errp) &&
           twin_make_uarts(twin, errp) && twin_make_regions(twin, errp) &&
           twin_make_gates(twin, errp) && twin_boot(twin, errp);
}

static void twin_init(MachineState *machine)
{
    BrigTwin *twin = BRIG_TWIN(machine);
    MemoryRegion *memory = get_system_memory();
    Error *failed = NULL;

    if (!twin->tree) {
        error_setg(&failed, "the machine brig-twin is made from a board's device tree: say which, "
                   "-M brig-twin,tree=BOARD.dtb");
    } else if (machine->smp.cpus != twin->cpu_count) {
        error_setg(&failed, "the device tree has %u CPUs, -smp says %u: leave it out",
                   twin->cpu_count, machine->smp.cpus);
    } else {
        memory_region_init(&twin->secure, OBJECT(machine), "secure", UINT64_MAX);
        memory_region_add_subregion_overlap(&twin->secure, 0, memory, -1);
        address_space_init(&twin->secure_space, &twin->secure, "secure");
        twin->parts = twin_parts(twin->tree);
        make(twin, &failed);
    }
    if (failed) {
        error_report_err(failed);
        exit(1);
    }
}

static char *get_tree(Object *obj, Error **errp)
{
    return g_strdup(BRIG_TWIN(obj)->tree_file);
}

/* The number of CPUs must be known before the accelerator starts, so the tree is read here. */
static void set_tree(Object *obj, const char *value, Error **errp)
{
    BrigTwin *twin = BRIG_TWIN(obj);
    CpuTopology *smp = &MACHINE(obj)->smp;
    TwinTree *tree = twin_tree_load(value, errp);
    unsigned cpus = tree ? twin_count_cpus(tree, errp) : 0;

    if (!cpus) {
        return;
    }
    if (cpus > MOST_CPUS) {
        error_setg(errp, "the device tree '%s' has %u CPUs, more than %u", value, cpus, MOST_CPUS);
        return;
    }
    g_free(twin->tree_file);
    twin->tree_file = g_strdup(value);
    twin->tree = tree;
    twin->cpu_count = cpus;
    smp->cpus = smp->max_cpus = smp->cores = cpus;
}

static char *get_touched(Object *obj, Error **errp)
{
    return g_strdup(BRIG_TWIN(obj)->touched_file);
}

static void set_touched(Object *obj, const char *value, Error **errp)
{
    g_free(BRIG_TWIN(obj)->touched_file);
    BRIG_TWIN(obj)->touched_file = g_strdup(value);
}

static bool get_alias(Object *obj, Error **errp)
{
    return BRIG_TWIN(obj)->alias;
}

static void set_alias(Object *obj, bool value, Error **errp)
{
    BRIG_TWIN(obj)->alias = value;
}

static void get_firmware(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = BRIG_TWIN(obj)->firmware;

    visit_type_uint64(v, name, &value, errp);
}

static void set_firmware(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (!visit_type_uint64(v, name, &value, errp)) {
        return;
    }
    if (value % FIRMWARE_ALIGN) {
        error_setg(errp, "firmware-base=0x%" PRIx64 " is not a multiple of 2 MiB", value);
        return;
    }
    BRIG_TWIN(obj)->firmware = value;
}

static void twin_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "a board, made from its device tree";
    mc->init = twin_init;
    mc->max_cpus = MOST_CPUS;
    mc->default_ram_size = 0; /* what the tree says */
    mc->no_parallel = mc->no_floppy = mc->no_cdrom = 1;
    object_class_property_add_str(oc, "tree", get_tree, set_tree);
    object_class_property_set_description(oc, "tree", "the board's device tree blob");
    object_class_property_add_str(oc, "touched", get_touched, set_touched);
    object_class_property_set_description(oc, "touched",
                                          "file to record touches of devices without a model in");
    object_class_property_add_bool(oc, "alias", get_alias, set_alias);
    object_class_property_set_description(oc, "alias",
                                          "addresses above the installed RAM show it once more");
    object_class_property_add(oc, "firmware-base", "uint64", get_firmware, set_firmware, NULL, NULL);
    object_class_property_set_description(oc, "firmware-base",
                                          "address of a hole of 2 MiB for the EL3 monitor");
}

static void twin_instance_init(Object *obj)
{
    BRIG_TWIN(obj)->firmware = DEFAULT_FIRMWARE;
}

static const TypeInfo twin_type = {
    .name = TYPE_BRIG_TWIN,
    .parent = TYPE_MACHINE,
    .instance_size = sizeof(BrigTwin),
    .instance_init = twin_instance_init,
    .class_init = twin_class_init,
};

static void twin_register_types(void)
{
    type_register_static(&twin_type);
}

type_init(twin_register_types)
