// SPDX-License-Identifier: Apache-2.0
// What a cell must not do: the dump (abi: cells.md 9), then the CPU is parked and everybody else
// runs on.
#include "arch/guest.hpp"
#include "arch/registers.hpp"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "system.hpp"
#include "trap/dump.hpp"
#include "trap/exits.hpp"

namespace brig {

namespace {

/// The first line, which says more about aborts.
void describe(uint64_t esr, Verdict verdict) {
    const unsigned ec = arch::esr::ec(esr);
    if (ec == arch::ec::instruction_abort_lower) {
        console::print("FATAL: instruction abort at 0x{:x}\n", arch::fault_ipa());
    } else if (ec == arch::ec::data_abort_lower && verdict == Verdict::unhandled) {
        const bool write = (esr & bit(6)) != 0;
        const bool valid = (esr & bit(24)) != 0;
        console::print("Unhandled data {} at 0x{:x}({})\n", write ? "write" : "read",
                       arch::fault_ipa(), valid ? 1u << field(esr, 23, 22) : 0u);
    }
}

void dump(const Cpu& cpu, const Frame& frame, uint64_t esr, Verdict verdict) {
    const console::Exclusive turn;
    describe(esr, verdict);
    console::print("\nFATAL: {} (exception class 0x{:02x})\n",
                   verdict == Verdict::forbidden ? "forbidden access" : "unhandled trap",
                   arch::esr::ec(esr));
    console::print("Cell state before exception:\n");
    dump_registers(frame, arch::guest_pc(), arch::guest_pc(), arch::guest_pstate(),
                   arch::guest_sp(), esr);
    console::print("Parking CPU {} (Cell: \"{}\")\n", cpu.id, cpu.cell->name);
}

} // namespace

void violation(Cpu& cpu, Frame& frame, uint64_t esr, Verdict verdict) {
    dump(cpu, frame, esr, verdict);
    management::fail(cpu, frame);
}

} // namespace brig
