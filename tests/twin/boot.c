/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a boot loader does: kernel, device tree and initial RAM disk into RAM. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "hw/loader.h"
#include "system/reset.h"
#include "target/arm/cpu.h"
#include "twin.h"

#include <libfdt.h>

/* Documentation/arch/arm64/booting.rst: the head of an Image, and where things may lie. */
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_MAGIC 56
#define IMAGE_HEAD 64
#define ALIGN (2 * MiB)
#define TREE_SIZE (2 * MiB)

#define TREE_SPARE (64 * KiB) /* for what is added */

/* What CPUs start with: x0 the tree, x1 the kernel's entry. */
typedef struct Start {
    uint64_t tree, entry;
} Start;

static void reset_cpus(void *opaque)
{
    const Start *start = opaque;
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu_reset(cpu);
        ARM_CPU(cpu)->env.xregs[0] = start->tree;
        ARM_CPU(cpu)->env.xregs[1] = start->entry;
    }
}

/* The end of a reserved region that the range meets; 0 if there is none. */
static uint64_t reserved_end(const TwinTree *tree, const GArray *parts, const TwinRange *range)
{
    for (unsigned i = 0; i < parts->len; i++) {
        const TwinPart *part = &g_array_index(parts, TwinPart, i);

        if (twin_is_reserved_memory(part->node) && twin_overlap(&part->range, range)) {
            return part->range.base + part->range.size;
        }
    }
    for (int i = 0; i < fdt_num_mem_rsv(tree->blob); i++) {
        TwinRange reserved;

        fdt_get_mem_rsv(tree->blob, i, &reserved.base, &reserved.size);
        if (twin_overlap(&reserved, range)) {
            return reserved.base + reserved.size;
        }
    }
    return 0;
}

/* The lowest place from `from` on, aligned, in a bank, that neither tree reserves. */
static bool find_place(BrigTwin *twin, const TwinTree *linux_tree, uint64_t from, uint64_t size,
                       uint64_t *place)
{
    g_autoptr(GArray) parts = twin_parts(linux_tree);

    for (unsigned i = 0; i < twin->bank_count; i++) {
        const TwinRange *bank = &twin->banks[i];
        TwinRange range = {ROUND_UP(MAX(bank->base, from), ALIGN), size};

        while (range.base + size <= bank->base + bank->size) {
            uint64_t end = reserved_end(twin->tree, twin->parts, &range);

            end = end ? end : reserved_end(linux_tree, parts, &range);
            if (!end) {
                *place = range.base;
                return true;
            }
            range.base = ROUND_UP(end, ALIGN);
        }
    }
    return false;
}

static bool load_kernel(BrigTwin *twin, const TwinTree *tree, const char *file, Start *start,
                        uint64_t *end, Error **errp)
{
    g_autofree char *image = NULL;
    g_autoptr(GError) failed = NULL;
    size_t length;
    uint64_t place, size, offset;

    if (!g_file_get_contents(file, &image, &length, &failed)) {
        error_setg(errp, "reading the kernel: %s", failed->message);
        return false;
    }
    if (length < IMAGE_HEAD || memcmp(image + IMAGE_MAGIC, "ARM\x64", 4)) {
        error_setg(errp, "the kernel '%s' is no arm64 Image (a compressed one must be unpacked)",
                   file);
        return false;
    }
    offset = ldq_le_p(image + IMAGE_TEXT_OFFSET);
    size = MAX(ldq_le_p(image + IMAGE_SIZE), length);
    if (offset >= ALIGN || size > GiB || !find_place(twin, tree, 0, offset + size, &place)) {
        error_setg(errp, "no RAM is free for the kernel '%s', %" PRIu64 " MiB", file, size / MiB);
        return false;
    }
    start->entry = place + offset;
    *end = start->entry + size;
    rom_add_blob_fixed("kernel", image, length, start->entry);
    return true;
}

static bool load_initrd(BrigTwin *twin, const TwinTree *tree, const char *file, TwinRange *initrd,
                        uint64_t from, Error **errp)
{
    g_autofree char *image = NULL;
    g_autoptr(GError) failed = NULL;
    size_t length;

    if (!g_file_get_contents(file, &image, &length, &failed)) {
        error_setg(errp, "reading the initial RAM disk: %s", failed->message);
        return false;
    }
    if (!find_place(twin, tree, from, length, &initrd->base)) {
        error_setg(errp, "no RAM is free for the initial RAM disk '%s', %zu bytes", file, length);
        return false;
    }
    initrd->size = length;
    rom_add_blob_fixed("initrd", image, length, initrd->base);
    return true;
}

/* The memory node, or an error of libfdt. */
static int memory_node(const void *blob)
{
    int node = fdt_first_subnode(blob, 0), length;

    while (node >= 0) {
        const char *type = fdt_getprop(blob, node, "device_type", &length);

        if (type && length == sizeof("memory") && !memcmp(type, "memory", length)) {
            break;
        }
        node = fdt_next_subnode(blob, node);
    }
    return node;
}

/* Has it a bank that is not empty? */
static bool knows_memory(const void *blob)
{
    const int cells = fdt_address_cells(blob, 0), size_cells = fdt_size_cells(blob, 0);
    const int node = memory_node(blob);
    int length;
    const fdt32_t *reg = node < 0 ? NULL : fdt_getprop(blob, node, "reg", &length);

    return reg && length >= 4 * (cells + size_cells) && twin_cells(reg + cells, size_cells);
}

static fdt32_t *put_cells(fdt32_t *at, int cells, uint64_t value)
{
    for (int i = cells - 1; i >= 0; i--) {
        stl_be_p(at + i, value);
        value >>= 32;
    }
    return at + cells;
}

/* Boot loaders tell what is installed. */
static int put_memory(BrigTwin *twin, void *blob)
{
    const int cells = fdt_address_cells(blob, 0), size_cells = fdt_size_cells(blob, 0);
    fdt32_t reg[TWIN_MAX_BANKS * 2 * FDT_MAX_NCELLS], *at = reg;
    int node = memory_node(blob), bad = 0;

    if (cells < 0 || size_cells < 0) {
        return -FDT_ERR_BADNCELLS;
    }
    if (node < 0) {
        node = fdt_add_subnode(blob, 0, "memory");
        bad = node < 0 ? node : fdt_setprop_string(blob, node, "device_type", "memory");
    }
    for (unsigned i = 0; i < twin->bank_count; i++) {
        at = put_cells(at, cells, twin->banks[i].base);
        at = put_cells(at, size_cells, twin->banks[i].size);
    }
    return bad ? bad : fdt_setprop(blob, node, "reg", reg, (at - reg) * 4);
}

static int put_chosen(BrigTwin *twin, void *blob, const TwinRange *initrd)
{
    const char *append = MACHINE(twin)->kernel_cmdline;
    int node = fdt_path_offset(blob, "/chosen"), bad = 0;

    if (node < 0) {
        node = fdt_add_subnode(blob, 0, "chosen");
    }
    if (node < 0) {
        return node;
    }
    if (append && *append) {
        bad = fdt_setprop_string(blob, node, "bootargs", append);
    }
    if (!bad && initrd->size) {
        bad = fdt_setprop_u64(blob, node, "linux,initrd-start", initrd->base);
    }
    if (!bad && initrd->size) {
        bad = fdt_setprop_u64(blob, node, "linux,initrd-end", initrd->base + initrd->size);
    }
    return bad;
}

/* Puts the tree where room was found for it. */
static bool load_tree(BrigTwin *twin, const TwinTree *tree, bool given, const TwinRange *initrd,
                      uint64_t place, Error **errp)
{
    const int size = fdt_totalsize(tree->blob) + TREE_SPARE;
    g_autofree void *blob = g_malloc0(size);
    int bad = fdt_open_into(tree->blob, blob, size);

    if (!bad && !(given && knows_memory(blob))) {
        bad = put_memory(twin, blob);
    }
    bad = bad ? bad : put_chosen(twin, blob, initrd);
    bad = bad ? bad : fdt_pack(blob);
    if (!bad && fdt_totalsize(blob) > TREE_SIZE) {
        bad = -FDT_ERR_NOSPACE;
    }
    if (bad) {
        error_setg(errp, "writing RAM and command line into Linux' device tree: %s",
                   fdt_strerror(bad));
        return false;
    }
    rom_add_blob_fixed("dtb", blob, fdt_totalsize(blob), place);
    return true;
}

static bool load_all(BrigTwin *twin, const TwinTree *tree, Start *start, Error **errp)
{
    MachineState *machine = MACHINE(twin);
    TwinRange initrd = {};
    uint64_t end;

    if (!load_kernel(twin, tree, machine->kernel_filename, start, &end, errp)) {
        return false;
    }
    if (!find_place(twin, tree, end, TREE_SIZE, &start->tree)) {
        error_setg(errp, "no RAM is free for Linux' device tree");
        return false;
    }
    return (!machine->initrd_filename ||
            load_initrd(twin, tree, machine->initrd_filename, &initrd, start->tree + TREE_SIZE,
                        errp)) &&
           load_tree(twin, tree, machine->dtb != NULL, &initrd, start->tree, errp);
}

bool twin_boot(BrigTwin *twin, Error **errp)
{
    MachineState *machine = MACHINE(twin);
    Start *start = g_new0(Start, 1);
    TwinTree *tree = machine->dtb ? twin_tree_load(machine->dtb, errp) : twin->tree;

    if (!tree || (machine->kernel_filename && !load_all(twin, tree, start, errp))) {
        return false;
    }
    qemu_register_reset(reset_cpus, start);
    return true;
}
