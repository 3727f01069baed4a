// SPDX-License-Identifier: Apache-2.0
// An exception in the hypervisor itself: say everything, stop this CPU, let the others go on.
#include "arch/registers.hpp"
#include "arch/sysreg.hpp"
#include "arch/this_cpu.hpp"
#include "brig/dump.h"
#include "cell/cell.hpp"
#include "console/console.hpp"
#include "cpu/cpu.hpp"
#include "cpu/management.hpp"
#include "evidence/crash.hpp"
#include "trap/dump.hpp"
#include "trap/exits.hpp"

using namespace brig;

namespace {

void dump(const Cpu& cpu, const Frame& frame) {
    const uint64_t sp = frame.unused;
    constexpr const char* reason = BRIG_DUMP_HYP;
    evidence::record_crash(
        cpu, frame,
        {BRIG_CRASH_HYP, arch::ElrEl2::read(), sp, evidence::noted_assertion(cpu, reason)});
    const console::Exclusive turn;
    console::print("\n{}", reason);
    dump_registers(frame, arch::ElrEl2::read(), arch::ElrEl2::read(), arch::SpsrEl2::read(), sp,
                   arch::EsrEl2::read());
    console::print(BRIG_DUMP_FAR, arch::FarEl2::read());
    const uint64_t stack_end = reinterpret_cast<uint64_t>(&cpu);
    dump_stack(stack_end - kPerCpuData + kPerCpuStackBottom, stack_end, sp);
    console::print(BRIG_DUMP_STOPPING, cpu.id, cpu.cell != nullptr ? cpu.cell->name : "<UNSET>");
}

} // namespace

void brig_hyp_exception(Frame& frame) {
    Cpu& cpu = arch::this_cpu();
    dump(cpu, frame);
    management::stop_for_good(cpu);
}
