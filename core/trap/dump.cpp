// SPDX-License-Identifier: Apache-2.0
#include "trap/dump.hpp"

#include "arch/registers.hpp"
#include "brig/dump.h"
#include "console/console.hpp"

namespace brig {

void dump_registers(const Frame& frame, uint64_t pc, uint64_t elr, uint64_t pstate, uint64_t sp,
                    uint64_t esr) {
    console::print(BRIG_DUMP_PC, pc, frame.x[30], pstate, field(pstate, 3, 2));
    console::print(BRIG_DUMP_SP, sp, elr, field(esr, 31, 26), field(esr, 25, 25),
                   field(esr, 24, 0));
    for (unsigned i = 0; i < 30; i += 3) {
        const char* blank = i < 10 ? " " : "";
        const char* blank_last = i + 2 < 10 ? " " : "";
        console::print(BRIG_DUMP_REGISTERS, blank, i, frame.x[i], i + 1 < 10 ? " " : "", i + 1,
                       frame.x[i + 1], blank_last, i + 2, frame.x[i + 2]);
    }
    console::print("\n");
}

void dump_stack(uint64_t start, uint64_t end, uint64_t sp) {
    console::print("Hypervisor stack before exception (0x{:016x} - 0x{:016x}):\n", start, end);
    if (sp < start || sp > end)
        return;
    for (uint64_t line = align_down(sp, 32); line < end; line += 32) {
        console::print("{:04x}: ", line & 0xffe0);
        for (uint64_t at = line; at < line + 32; at += 4) {
            if (at < sp)
                console::print("         ");
            else
                console::print("{:08x} ", *reinterpret_cast<const uint32_t*>(at));
        }
        console::print("\n");
    }
}

} // namespace brig
