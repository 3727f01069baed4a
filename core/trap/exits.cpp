// SPDX-License-Identifier: Apache-2.0
#include "trap/exits.hpp"

#include "arch/guest.hpp"
#include "arch/registers.hpp"
#include "arch/this_cpu.hpp"
#include "brig/hypercall.h"
#include "cpu/management.hpp"
#include "gic/irqchip.hpp"
#include "learn/learn.hpp"
#include "system.hpp"
#include "trace/history.hpp"

namespace brig {

namespace {

namespace ec = arch::ec;

// The ISS of a trapped MSR (Arm ARM D24.2.40, EC 0x18): Op0, Op2, Op1, CRn, CRm and the direction,
// without Rt.
constexpr uint64_t kSysregMask = mask(21, 10) | mask(4, 0);
constexpr uint64_t kWriteSgi1r = 3 << 20 | 5 << 17 | 0 << 14 | 12 << 10 | 11 << 1;

Verdict sysreg(Cpu& cpu, Frame& frame, uint64_t esr, bool full_frame) {
    if (!config::gicv3 || (esr & kSysregMask) != kWriteSgi1r)
        return Verdict::unhandled;
    const auto rt = static_cast<unsigned>(field(esr, 9, 5));
    if (!full_frame && !Frame::in_fast_tier(rt))
        return Verdict::again;
    irqchip::handle_sgi_write(cpu, frame.get(rt));
    arch::skip_instruction(esr);
    return Verdict::done;
}

Verdict dispatch_slow(Cpu& cpu, Frame& frame, uint64_t esr) {
    switch (arch::esr::ec(esr)) {
    case ec::hvc64:
        hypercall::slow(cpu, frame);
        return Verdict::done;
    case ec::smc64:
        return smc::slow(cpu, frame);
    case ec::data_abort_lower:
        return data_abort::handle(cpu, frame, esr, true);
    case ec::sysreg:
        return sysreg(cpu, frame, esr, true);
    default:
        return Verdict::unhandled;
    }
}

/// A stage-2 fault because another CPU has withdrawn this one's stage 2.
bool called_in(uint64_t esr) {
    const unsigned exception = arch::esr::ec(esr);
    return direct_interrupts() &&
           (exception == ec::instruction_abort_lower || exception == ec::data_abort_lower) &&
           arch::guest_translation_is_left();
}

void handle_slow(Cpu& cpu, Frame& frame, uint64_t esr, Verdict verdict) {
    if (verdict == Verdict::again)
        verdict = dispatch_slow(cpu, frame, esr);
    if (verdict == Verdict::done)
        return;
    if (called_in(esr)) {
        cpu.count(BRIG_STAT_MANAGEMENT);
        management::process_events(cpu, frame);
        return;
    }
    if constexpr (config::learn)
        if (learn::handle_abort(cpu, frame, esr))
            return;
    violation(cpu, frame, esr, verdict);
}

} // namespace
} // namespace brig

using namespace brig;

Verdict brig_sync_fast(Frame& frame, uint64_t esr) {
    Cpu& cpu = arch::this_cpu();
    if constexpr (config::exit_history)
        history::note(cpu, esr, frame.x[0]);
    cpu.count(BRIG_STAT_TOTAL);
    // In the order of how often and how urgent, which a switch would not keep.
    const unsigned exception = arch::esr::ec(esr);
    if (exception == ec::data_abort_lower)
        return data_abort::handle(cpu, frame, esr, false);
    if (exception == ec::sysreg)
        return sysreg(cpu, frame, esr, false);
    if (exception == ec::hvc64)
        return arch::esr::iss(esr) == BRIG_HVC_IMMEDIATE ? hypercall::fast(cpu, frame)
                                                         : Verdict::forbidden;
    if (exception == ec::smc64)
        return smc::fast(cpu, frame);
    return exception == ec::instruction_abort_lower ? Verdict::forbidden : Verdict::unhandled;
}

void brig_sync_slow(Frame& frame, uint64_t esr, Verdict verdict) {
    Cpu& cpu = arch::this_cpu();
    if constexpr (config::exit_history)
        history::note_address(cpu, arch::fault_ipa());
    handle_slow(cpu, frame, esr, verdict);
    // An event that came while the CPU was here has been undone by each change of its stage 2.
    while (direct_interrupts() && cpu.attention.load_acquire() != 0)
        management::process_events(cpu, frame);
}

bool brig_interrupt(void) {
    Cpu& cpu = arch::this_cpu();
    const uint32_t acknowledged = irqchip::acknowledge();
    if constexpr (config::exit_history)
        history::note(cpu, irqchip::intid_of(acknowledged), 0);
    return irqchip::handle_interrupt(cpu, acknowledged);
}

void brig_events(Frame& frame) {
    management::process_events(arch::this_cpu(), frame);
}
