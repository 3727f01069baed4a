/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPUs of /cpus, each as the core it names. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "hw/cpu/cluster.h"
#include "hw/qdev-properties.h"
#include "target/arm/cpu.h"
#include "firmware.h"
#include "twin.h"

#define MPIDR_MT (1ull << 24)
#define DEFAULT_TIMER_HZ 24000000

/* A core and the nearest that QEMU has: the same AArch32 levels and architecture version first.
 * multithreaded: MPIDR_EL1.MT, set on cores with a DSU (and newer ones), which number in Aff1. */
typedef struct Core {
    const char *compatible, *type;
    bool multithreaded, exact;
} Core;

static const Core cores[] = {
    {"arm,cortex-a34", "cortex-a35", false, false},
    {"arm,cortex-a35", "cortex-a35", false, true},
    {"arm,cortex-a53", "cortex-a53", false, true},
    {"brcm,brahma-b53", "cortex-a53", false, false},
    {"arm,cortex-a55", "cortex-a55", true, true},
    {"arm,cortex-a57", "cortex-a57", false, true},
    {"arm,cortex-a65", "cortex-a76", true, false},
    {"arm,cortex-a65ae", "cortex-a76", true, false},
    {"arm,cortex-a72", "cortex-a72", false, true},
    {"arm,cortex-a73", "cortex-a72", false, false},
    {"arm,cortex-a75", "cortex-a55", true, false},
    {"arm,cortex-a76", "cortex-a76", true, true},
    {"arm,cortex-a76ae", "cortex-a76", true, false},
    {"arm,cortex-a77", "cortex-a76", true, false},
    {"arm,cortex-a78", "cortex-a76", true, false},
    {"arm,cortex-a78ae", "cortex-a76", true, false},
    {"arm,cortex-a78c", "cortex-a76", true, false},
    {"arm,cortex-x1", "cortex-a76", true, false},
    {"arm,cortex-x1c", "cortex-a76", true, false},
    {"arm,cortex-a510", "cortex-a710", true, false},
    {"arm,cortex-a520", "cortex-a710", true, false},
    {"arm,cortex-a520ae", "cortex-a710", true, false},
    {"arm,cortex-a710", "cortex-a710", true, true},
    {"arm,cortex-a715", "cortex-a710", true, false},
    {"arm,cortex-a720", "cortex-a710", true, false},
    {"arm,cortex-a720ae", "cortex-a710", true, false},
    {"arm,cortex-a725", "cortex-a710", true, false},
    {"arm,cortex-x2", "cortex-a710", true, false},
    {"arm,cortex-x3", "cortex-a710", true, false},
    {"arm,cortex-x4", "cortex-a710", true, false},
    {"arm,cortex-x925", "cortex-a710", true, false},
    {"arm,neoverse-e1", "neoverse-n1", true, false},
    {"arm,neoverse-n1", "neoverse-n1", true, true},
    {"arm,neoverse-n2", "neoverse-n2", true, true},
    {"arm,neoverse-n3", "neoverse-n2", true, false},
    {"arm,neoverse-v1", "neoverse-v1", true, true},
    {"arm,neoverse-v2", "neoverse-n2", true, false},
    {"arm,neoverse-v3", "neoverse-n2", true, false},
    {"arm,neoverse-v3ae", "neoverse-n2", true, false},
    {"fujitsu,a64fx", "a64fx", false, true},
    {"qcom,kryo260", "cortex-a72", false, false},
    {"qcom,kryo280", "cortex-a72", false, false},
    {"qcom,kryo360", "cortex-a55", true, false},
    {"qcom,kryo385", "cortex-a55", true, false},
    {"qcom,kryo465", "cortex-a76", true, false},
    {"qcom,kryo468", "cortex-a76", true, false},
    {"qcom,kryo485", "cortex-a76", true, false},
    {"qcom,kryo560", "cortex-a76", true, false},
    {"qcom,kryo570", "cortex-a76", true, false},
    {"qcom,kryo660", "cortex-a76", true, false},
    {"qcom,kryo670", "cortex-a76", true, false},
    {"qcom,kryo685", "cortex-a76", true, false},
    {"qcom,kryo780", "cortex-a710", true, false},
    {"qcom,oryon", "neoverse-n2", true, false},
    {"nvidia,tegra194-carmel", "cortex-a76", false, false},
    {"nvidia,tegra186-denver", "cortex-a57", false, false},
};

static const Core unknown_core = {"", "cortex-a72", false, false};

/* A CPU of the tree on its way to become one of the machine. */
typedef struct Candidate {
    const TwinNode *node;
    const Core *core;
    uint64_t affinity;
} Candidate;

static const Core *find_core(const TwinTree *tree, const TwinNode *node)
{
    for (unsigned i = 0; i < ARRAY_SIZE(cores); i++) {
        const char *const list[] = {cores[i].compatible, NULL};

        if (twin_compatible(tree, node, list)) {
            return &cores[i];
        }
    }
    return &unknown_core;
}

static gint by_affinity(gconstpointer a, gconstpointer b)
{
    const Candidate *x = a, *y = b;

    return x->affinity < y->affinity ? -1 : x->affinity > y->affinity;
}

/* The CPUs that can be used, by affinity: hardware lines redistributors up like that. */
static GArray *collect(const TwinTree *tree, Error **errp)
{
    const TwinNode *cpus = twin_tree_find(tree, "/cpus");
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Candidate));

    if (!cpus) {
        error_setg(errp, "the device tree has no node /cpus");
        return NULL;
    }
    for (unsigned i = 0; i < tree->count; i++) {
        const TwinNode *node = &tree->nodes[i];
        Candidate cpu = {node, find_core(tree, node), 0};
        const void *reg;
        int length;

        if (node->parent != cpus || strcmp(twin_prop_string(tree, node, "device_type"), "cpu") ||
            twin_is_disabled(tree, node)) {
            continue;
        }
        reg = twin_prop(tree, node, "reg", &length);
        if (!length || length != (int)(4 * cpus->address_cells) || length > 8) {
            error_setg(errp, "%s: reg must be %u cells, the affinity fields of MPIDR_EL1",
                       node->path, cpus->address_cells);
            return NULL;
        }
        cpu.affinity = twin_cells(reg, cpus->address_cells);
        if (cpu.affinity & ~ARM64_AFFINITY_MASK) {
            error_setg(errp, "%s: reg 0x%" PRIx64 " has bits outside the affinity fields of "
                       "MPIDR_EL1", node->path, cpu.affinity);
            return NULL;
        }
        g_array_append_val(found, cpu);
    }
    g_array_sort(found, by_affinity);
    for (unsigned i = 1; i < found->len; i++) {
        if (by_affinity(&g_array_index(found, Candidate, i - 1),
                        &g_array_index(found, Candidate, i)) == 0) {
            error_setg(errp, "%s and %s have the same reg",
                       g_array_index(found, Candidate, i - 1).node->path,
                       g_array_index(found, Candidate, i).node->path);
            return NULL;
        }
    }
    if (!found->len) {
        error_setg(errp, "the device tree has no CPU below /cpus that is not disabled");
        return NULL;
    }
    return g_steal_pointer(&found);
}

unsigned twin_count_cpus(const TwinTree *tree, Error **errp)
{
    g_autoptr(GArray) found = collect(tree, errp);

    return found ? found->len : 0;
}

static uint64_t timer_frequency(const TwinTree *tree)
{
    static const char *const timers[] = {"arm,armv8-timer", "arm,armv7-timer", NULL};
    const TwinNode *extra = twin_tree_find(tree, "/brig,twin");
    const TwinNode *timer = twin_tree_find_compatible(tree, timers);
    uint32_t hz = extra ? twin_prop_u32(tree, extra, "timer-frequency", 0) : 0;

    if (!hz && timer) {
        hz = twin_prop_u32(tree, timer, "clock-frequency", 0);
    }
    return hz ? hz : DEFAULT_TIMER_HZ;
}

/* QEMU keeps translated code apart by cluster, so each kind of core must have its own: the same
 * instruction may be undefined on one and not on the other. */
static Object *cluster_of(GHashTable *clusters, BrigTwin *twin, const char *type)
{
    Object *cluster = g_hash_table_lookup(clusters, type);

    if (!cluster) {
        cluster = object_new(TYPE_CPU_CLUSTER);
        qdev_prop_set_uint32(DEVICE(cluster), "cluster-id", g_hash_table_size(clusters));
        object_property_add_child(OBJECT(twin), type, cluster);
        object_unref(cluster);
        g_hash_table_insert(clusters, (void *)type, cluster);
    }
    return cluster;
}

static Object *new_cpu(BrigTwin *twin, const Candidate *from, GHashTable *clusters)
{
    g_autofree char *type = g_strdup_printf(ARM_CPU_TYPE_NAME("%s"), from->core->type);
    g_autofree char *name = g_strdup_printf("cpu-%" PRIx64, from->affinity);
    Object *cpu = object_new(type);

    if (!from->core->exact) {
        info_report("%s is a %s, which QEMU does not have: taking a %s", from->node->path,
                    twin_prop_string(twin->tree, from->node, "compatible"), from->core->type);
    }
    object_property_add_child(cluster_of(clusters, twin, from->core->type), name, cpu);
    object_property_set_uint(cpu, "mp-affinity",
                             from->affinity | (from->core->multithreaded ? MPIDR_MT : 0),
                             &error_abort);
    object_property_set_uint(cpu, "cntfrq", timer_frequency(twin->tree), &error_abort);
    object_property_set_uint(cpu, "rvbar", twin->firmware + TWIN_FIRMWARE_ROM, &error_abort);
    object_property_set_link(cpu, "memory", OBJECT(get_system_memory()), &error_abort);
    object_property_set_link(cpu, "secure-memory", OBJECT(&twin->secure), &error_abort);
    object_unref(cpu);
    return cpu;
}

bool twin_make_cpus(BrigTwin *twin, Error **errp)
{
    g_autoptr(GArray) found = collect(twin->tree, errp);
    g_autoptr(GHashTable) clusters = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) cpus = g_ptr_array_new();
    GHashTableIter each;
    gpointer cluster;

    twin->affinity = g_new0(uint64_t, found->len);
    for (unsigned i = 0; i < found->len; i++) {
        const Candidate *from = &g_array_index(found, Candidate, i);

        twin->affinity[i] = from->affinity;
        g_ptr_array_add(cpus, new_cpu(twin, from, clusters));
    }
    /* A CPU asks for its cluster's number when it is realized. */
    g_hash_table_iter_init(&each, clusters);
    while (g_hash_table_iter_next(&each, NULL, &cluster)) {
        if (!qdev_realize(DEVICE(cluster), NULL, errp)) {
            return false;
        }
    }
    for (unsigned i = 0; i < cpus->len; i++) {
        if (!qdev_realize(DEVICE(g_ptr_array_index(cpus, i)), NULL, errp)) {
            return false;
        }
    }
    return true;
}
