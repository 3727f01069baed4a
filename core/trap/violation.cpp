// SPDX-License-Identifier: Apache-2.0
// What a cell must not do: the dump (abi: cells.md 9), then the CPU is parked and everybody else
// runs on.
#include "arch/guest.hpp"
#include "arch/registers.hpp"
#include "brig/dump.h"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "evidence/crash.hpp"
#include "system.hpp"
#include "trap/dump.hpp"
#include "trap/exits.hpp"

namespace brig {

namespace {

using Text = TextBuffer<BRIG_CRASH_REASON_SIZE>;

/// The first line, which says more about aborts; empty for other exceptions.
Text describe_abort(uint64_t esr, Verdict verdict) {
    Text text;
    const unsigned ec = arch::esr::ec(esr);
    if (ec == arch::ec::instruction_abort_lower) {
        format(text, "FATAL: instruction abort at 0x{:x}", arch::fault_ipa());
    } else if (ec == arch::ec::data_abort_lower && verdict == Verdict::unhandled) {
        const bool write = (esr & bit(6)) != 0;
        const bool valid = (esr & bit(24)) != 0;
        format(text, "Unhandled data {} at 0x{:x}({})", write ? "write" : "read", arch::fault_ipa(),
               valid ? 1u << field(esr, 23, 22) : 0u);
    }
    return text;
}

Text describe(uint64_t esr, Verdict verdict) {
    Text text;
    format(text, BRIG_DUMP_FATAL,
           verdict == Verdict::forbidden ? "forbidden access" : "unhandled trap",
           arch::esr::ec(esr));
    return text;
}

void dump(const Cpu& cpu, const Frame& frame, uint64_t esr, Verdict verdict) {
    const Text abort = describe_abort(esr, verdict);
    const Text trap = describe(esr, verdict);
    const bool is_abort = abort.text()[0] != '\0';
    evidence::record_crash(cpu, frame,
                           {BRIG_CRASH_CELL, arch::guest_pc(), arch::guest_sp(),
                            is_abort ? abort.text() : trap.text()});
    const console::Exclusive turn;
    if (is_abort)
        console::print("{}\n", abort.text());
    console::print("\n{}", trap.text());
    console::print(BRIG_DUMP_CELL_STATE);
    dump_registers(frame, arch::guest_pc(), arch::guest_pc(), arch::guest_pstate(),
                   arch::guest_sp(), esr);
    console::print(BRIG_DUMP_PARKING, cpu.id, cpu.cell->name);
}

} // namespace

void violation(Cpu& cpu, Frame& frame, uint64_t esr, Verdict verdict) {
    dump(cpu, frame, esr, verdict);
    management::fail(cpu, frame);
}

} // namespace brig
