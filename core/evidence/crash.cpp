// SPDX-License-Identifier: Apache-2.0
#include "evidence/crash.hpp"

#include "arch/crash_state.hpp"
#include "arch/guest.hpp"
#include "arch/this_cpu.hpp"
#include "cell/cell.hpp"
#include "evidence/area.hpp"
#include "gic/irqchip.hpp"
#include "lib/format.hpp"
#include "lib/string.hpp"
#include "trace/history.hpp"

namespace brig::evidence {

namespace {

/// What the assertion says is in the record's own room for it.
constexpr uint32_t kNoted = 0x45544f4e; // "NOTE"

brig_crash_record* record_of(const Cpu& cpu) {
    return reinterpret_cast<brig_crash_record*>(find(BRIG_EVIDENCE_CRASHES).element(cpu.id));
}

template <size_t size>
void copy_text(char (&to)[size], const char* from) {
    size_t i = 0;
    for (; i + 1 < size && from[i] != '\0' && from[i] != '\n'; i++)
        to[i] = from[i];
    to[i] = '\0';
}

} // namespace

void record_crash(const Cpu& cpu, const Frame& frame, const Crash& crash) {
    brig_crash_record* const record = record_of(cpu);
    if (record == nullptr)
        return;
    record->magic = 0;
    record->size = sizeof(*record);
    record->kind = crash.kind;
    record->cpu = cpu.id;
    record->count++;
    record->time = arch::counter();
    record->cell = cpu.cell != nullptr ? cpu.cell->id : ~0u;
    copy_text(record->cell_name, cpu.cell != nullptr ? cpu.cell->name : "");
    if (crash.reason != record->reason)
        copy_text(record->reason, crash.reason);
    memcpy(record->x, frame.x, sizeof(record->x));
    record->pc = crash.pc;
    record->sp = crash.sp;
    arch::describe_state(*record);
    if constexpr (config::exit_history)
        record->num_exits = static_cast<uint32_t>(history::copy(cpu, record->exits));
    if (cpu.adopted)
        irqchip::describe(cpu, *record);
    constexpr size_t covered = offsetof(brig_crash_record, kind);
    record->checksum = brig_checksum(reinterpret_cast<const uint8_t*>(record) + covered,
                                     sizeof(*record) - covered);
    record->magic = BRIG_CRASH_MAGIC;
    keep(reinterpret_cast<uint64_t>(record), sizeof(*record));
}

void note_assertion(const char* expression, const char* file, unsigned line) {
    brig_crash_record* const record = record_of(arch::this_cpu());
    if (record == nullptr)
        return;
    TextBuffer<sizeof(record->reason)> text;
    format(text, "{}:{}: assertion failed: {}", file, line, expression);
    copy_text(record->reason, text.text());
    record->magic = kNoted;
}

const char* noted_assertion(const Cpu& cpu, const char* otherwise) {
    const brig_crash_record* const record = record_of(cpu);
    return record != nullptr && record->magic == kNoted ? record->reason : otherwise;
}

} // namespace brig::evidence
