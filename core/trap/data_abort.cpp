// SPDX-License-Identifier: Apache-2.0
// Stage-2 data aborts: emulated devices, or violations (abi: cells.md 7).
#include "arch/guest.hpp"
#include "arch/registers.hpp"
#include "brig/hypercall.h"
#include "gic/irqchip.hpp"
#include "system.hpp"
#include "trace/history.hpp"
#include "trap/exits.hpp"
#include "trap/subpage.hpp"

namespace brig::data_abort {

namespace {

// ISS of a data abort (Arm ARM D24.2.40, EC 0x24).
struct Syndrome {
    uint64_t iss;

    bool valid() const { return (iss & bit(24)) != 0; }
    uint32_t size() const { return 1u << field(iss, 23, 22); }
    bool sign_extend() const { return (iss & bit(21)) != 0; }
    unsigned target() const { return static_cast<unsigned>(field(iss, 20, 16)); }
    bool wide_target() const { return (iss & bit(15)) != 0; }
    bool write() const { return (iss & bit(6)) != 0; }
    /// Cache maintenance, stage-1 walk, external abort: no access that a device could answer.
    bool is_access() const { return (iss & (bit(9) | bit(8) | bit(7))) == 0; }
};

uint64_t value_mask(uint32_t size) {
    return size == 8 ? ~uint64_t{0} : bit(size * 8) - 1;
}

/// What a load puts into its register.
uint64_t extend(uint64_t value, Syndrome syndrome) {
    value &= value_mask(syndrome.size());
    if (syndrome.sign_extend() && (value >> (syndrome.size() * 8 - 1) & 1) != 0)
        value |= ~value_mask(syndrome.size());
    return syndrome.wide_target() ? value : value & 0xffffffff;
}

MmioResult dispatch(Cpu& cpu, MmioAccess& access) {
    if (irqchip::contains(access.address))
        return irqchip::access(cpu, access);
    if constexpr (config::subpage_mmio)
        return subpage::access(*cpu.cell, access);
    return MmioResult::unhandled;
}

} // namespace

// Hot, and without any buffer that could overflow: the stack protector would only cost.
[[gnu::no_stack_protector]] Verdict handle(Cpu& cpu, Frame& frame, uint64_t esr, bool full_frame) {
    const Syndrome syndrome{esr};
    if (!syndrome.valid() || !syndrome.is_access())
        return Verdict::unhandled;
    if (!full_frame && !Frame::in_fast_tier(syndrome.target()))
        return Verdict::again;
    cpu.count(BRIG_STAT_MMIO);
    MmioAccess access{arch::fault_ipa(), syndrome.size(), syndrome.write(), 0};
    if constexpr (config::exit_history)
        history::note_address(cpu, access.address);
    if (access.write)
        access.value = frame.get(syndrome.target()) & value_mask(access.size);
    const MmioResult result = dispatch(cpu, access);
    if (result != MmioResult::handled) [[unlikely]]
        return result == MmioResult::forbidden ? Verdict::forbidden : Verdict::unhandled;
    if (!access.write)
        frame.set(syndrome.target(), extend(access.value, syndrome));
    arch::skip_instruction(esr);
    return Verdict::done;
}

} // namespace brig::data_abort
