/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of touches: a line of JSON for the first touch of a page by each of those who touch
 * it, and their totals. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "qobject/qnull.h"
#include "exec/exec-all.h"
#include "exec/target_page.h"
#include "exec/translation-block.h"
#include "hw/core/cpu.h"
#include "system/reset.h"
#include "system/system.h"
#include "target/arm/cpu.h"
#include "target/arm/internals.h"
#include "tcg/insn-start-words.h"
#include "recorder.h"

#define PAGE_BITS 12

/* Who touches: as a number, so that it is a key. */
typedef union Who {
    struct {
        uint16_t vmid;
        uint8_t el;
        bool secure, stage2, cpu;
    };
    uint64_t key;
} Who;

typedef struct Total {
    uint64_t reads, writes;
} Total;

static FILE *file;
static GPtrArray *recorders; /* those that were touched */

static Who who_is(MemTxAttrs attrs)
{
    Who who = {.key = 0};
    CPUARMState *env;

    if (!current_cpu) {
        return who;
    }
    env = cpu_env(current_cpu);
    who.cpu = true;
    who.secure = attrs.secure;
    who.el = arm_current_el(env);
    who.stage2 = who.el < 2 && (arm_hcr_el2_eff(env) & (HCR_VM | HCR_TGE)) == HCR_VM;
    who.vmid = who.stage2 ? env->cp15.vttbr_el2 >> 48 : 0;
    return who;
}

/* Inside a translation block the register is not up to date. */
static uint64_t access_pc(void)
{
    CPUARMState *env = cpu_env(current_cpu);
    uint64_t data[TARGET_INSN_START_WORDS];

    if (!current_cpu->mem_io_pc ||
        !cpu_unwind_state_data(current_cpu, current_cpu->mem_io_pc, data)) {
        return env->pc;
    }
    return tcg_cflags_has(current_cpu, CF_PCREL) ? (env->pc & TARGET_PAGE_MASK) | data[0] : data[0];
}

static void put_hex(QDict *line, const char *name, uint64_t value)
{
    g_autofree char *text = g_strdup_printf("0x%" PRIx64, value);

    qdict_put_str(line, name, text);
}

static QDict *new_line(const char *event, const TwinRecorder *recorder, Who who)
{
    QDict *line = qdict_new();

    qdict_put_str(line, "event", event);
    if (recorder->node) {
        qdict_put_str(line, "node", recorder->node);
    } else {
        qdict_put_null(line, "node");
    }
    qdict_put_str(line, "compatible", recorder->compatible);
    if (who.cpu) {
        qdict_put_int(line, "el", who.el);
        qdict_put_bool(line, "secure", who.secure);
    }
    if (who.stage2) {
        qdict_put_int(line, "vmid", who.vmid);
    } else {
        qdict_put_null(line, "vmid");
    }
    return line;
}

static void write_line(QDict *line)
{
    g_autoptr(GString) text = qobject_to_json(QOBJECT(line));

    fprintf(file, "%s\n", text->str);
    fflush(file);
    qobject_unref(line);
}

static void write_touch(const TwinRecorder *recorder, Who who, uint64_t offset, unsigned size,
                        bool write, uint64_t value)
{
    QDict *line = new_line("touch", recorder, who);

    put_hex(line, "address", recorder->base + offset);
    put_hex(line, "offset", offset);
    qdict_put_str(line, "access", write ? "write" : "read");
    if (write) {
        put_hex(line, "value", value);
    }
    qdict_put_int(line, "size", size);
    if (who.cpu) {
        qdict_put_int(line, "cpu", current_cpu->cpu_index);
        put_hex(line, "pc", access_pc());
    }
    write_line(line);
}

static void write_totals(void)
{
    for (unsigned i = 0; i < recorders->len; i++) {
        TwinRecorder *recorder = g_ptr_array_index(recorders, i);
        GHashTableIter each;
        gpointer key, value;

        g_hash_table_iter_init(&each, recorder->totals);
        while (g_hash_table_iter_next(&each, &key, &value)) {
            const Total *total = value;
            QDict *line = new_line("total", recorder, (Who){.key = *(uint64_t *)key});

            put_hex(line, "address", recorder->base);
            qdict_put_int(line, "reads", total->reads);
            qdict_put_int(line, "writes", total->writes);
            write_line(line);
        }
        g_hash_table_remove_all(recorder->totals);
        g_hash_table_remove_all(recorder->seen);
    }
    g_ptr_array_set_size(recorders, 0);
}

static void at_reset(void *opaque)
{
    write_totals();
}

static void at_exit(Notifier *notifier, void *data)
{
    write_totals();
}

bool twin_record_to(const char *name, Error **errp)
{
    static Notifier exit_notifier = {.notify = at_exit};

    if (!name) {
        return true;
    }
    file = fopen(name, "w");
    if (!file) {
        error_setg_errno(errp, errno, "opening the record of touches '%s'", name);
        return false;
    }
    recorders = g_ptr_array_new();
    qemu_register_reset(at_reset, NULL);
    qemu_add_exit_notifier(&exit_notifier);
    return true;
}

TwinRecorder *twin_recorder_new(const char *node, const char *compatible, uint64_t base)
{
    TwinRecorder *recorder = g_new0(TwinRecorder, 1);

    recorder->node = node;
    recorder->compatible = compatible;
    recorder->base = base;
    recorder->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    recorder->totals = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return recorder;
}

void twin_record(TwinRecorder *recorder, uint64_t offset, unsigned size, bool write, uint64_t value,
                 MemTxAttrs attrs)
{
    Who who;
    Total *total;
    g_autofree char *page = NULL;

    if (!file) {
        return;
    }
    who = who_is(attrs);
    if (!g_hash_table_size(recorder->totals)) {
        g_ptr_array_add(recorders, recorder);
    }
    total = g_hash_table_lookup(recorder->totals, &who.key);
    if (!total) {
        total = g_new0(Total, 1);
        g_hash_table_insert(recorder->totals, g_memdup2(&who.key, sizeof(who.key)), total);
    }
    *(write ? &total->writes : &total->reads) += 1;
    page = g_strdup_printf("%" PRIx64 " %" PRIx64, offset >> PAGE_BITS, who.key);
    if (!g_hash_table_contains(recorder->seen, page)) {
        write_touch(recorder, who, offset, size, write, value);
        g_hash_table_add(recorder->seen, g_steal_pointer(&page));
    }
}
