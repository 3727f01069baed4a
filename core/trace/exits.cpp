// SPDX-License-Identifier: Apache-2.0
// What the vectors of a CPU call whose exits are recorded, instead of what trap/exits.hpp has.
#include "trap/exits.hpp"

#include "arch/guest.hpp"
#include "arch/this_cpu.hpp"
#include "cell/cell.hpp"
#include "gic/irqchip.hpp"
#include "trace/history.hpp"

using namespace brig;

namespace {

void begin(Cpu& cpu, uint64_t reason, uint64_t x0) {
    cpu.trace.begin({.time = arch::counter(),
                     .pc = arch::guest_pc(),
                     .reason = reason,
                     .x0 = x0,
                     .address = arch::fault_ipa(),
                     .duration = 0,
                     .cell = cpu.cell->id,
                     .reserved = {}});
}

void end(Cpu& cpu) {
    cpu.trace.end(arch::counter());
}

} // namespace

Verdict brig_traced_sync_fast(Frame& frame, uint64_t esr) {
    Cpu& cpu = arch::this_cpu();
    begin(cpu, esr, frame.x[0]);
    const Verdict verdict = brig_sync_fast(frame, esr);
    if (verdict == Verdict::done)
        end(cpu);
    return verdict;
}

void brig_traced_sync_slow(Frame& frame, uint64_t esr, Verdict verdict) {
    brig_sync_slow(frame, esr, verdict);
    end(arch::this_cpu());
}

bool brig_traced_interrupt(void) {
    Cpu& cpu = arch::this_cpu();
    const uint32_t acknowledged = irqchip::acknowledge();
    begin(cpu, irqchip::intid_of(acknowledged), 0);
    if constexpr (config::exit_history)
        history::note(cpu, irqchip::intid_of(acknowledged), 0);
    const bool handled = irqchip::handle_interrupt(cpu, acknowledged);
    if (handled)
        end(cpu);
    return handled;
}

void brig_traced_events(Frame& frame) {
    brig_events(frame);
    end(arch::this_cpu());
}
