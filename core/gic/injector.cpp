// SPDX-License-Identifier: Apache-2.0
#include "gic/injector.hpp"

#include <bit>

#include "arch/gic_cpu.hpp"

namespace brig::injector {

namespace {

namespace gic = arch::gic;

/// SGIs (below 16) and LPIs have no physical counterpart that a guest could deactivate.
bool is_hardware(uint32_t intid) {
    return intid >= 16 && intid < kMaxIntid;
}

uint64_t list_register_for(uint32_t intid) {
    const uint64_t value = lr::kPending | lr::kGroup1 | intid;
    return is_hardware(intid) ? value | lr::kHardware | uint64_t{intid} << lr::kPhysicalShift
                              : value;
}

void put_aside(GicCpuState& state, uint32_t intid) {
    PendingInterrupts& pending = state.pending;
    if (intid < kMaxIntid) {
        pending.count += !pending.basic.test(intid);
        pending.basic.set(intid);
    } else if (pending.lpis != nullptr && intid >= kFirstLpi && intid < kLpiLimit) {
        uint32_t& word = pending.lpis[(intid - kFirstLpi) / 32];
        const uint32_t flag = 1u << (intid % 32);
        pending.count += (word & flag) == 0;
        word |= flag;
    }
    gic::set_underflow_interrupt(true);
}

/// Takes one interrupt out of the pending set; false if it is empty.
bool take(PendingInterrupts& pending, uint32_t& intid) {
    if (const size_t basic = pending.basic.next(); basic < kMaxIntid) {
        pending.basic.clear(basic);
        intid = static_cast<uint32_t>(basic);
        return true;
    }
    for (uint32_t i = 0; pending.lpis != nullptr && i < (kLpiLimit - kFirstLpi) / 32; i++) {
        if (pending.lpis[i] == 0)
            continue;
        const auto low = static_cast<uint32_t>(std::countr_zero(pending.lpis[i]));
        pending.lpis[i] &= pending.lpis[i] - 1;
        intid = kFirstLpi + i * 32 + low;
        return true;
    }
    return false;
}

/// Marks an interrupt pending that a list register already holds; false if none does.
bool merge(const GicCpuState& state, uint32_t intid) {
    const uint64_t empty = gic::empty_list_registers();
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        if ((empty >> i & 1) != 0)
            continue;
        const uint64_t value = gic::read_list_register(i);
        if (lr::intid(value) != intid)
            continue;
        gic::write_list_register(i, value | lr::kPending);
        return true;
    }
    return false;
}

void place(GicCpuState& state, uint32_t intid) {
    const uint64_t empty = gic::empty_list_registers();
    if (empty == 0) [[unlikely]]
        return put_aside(state, intid);
    gic::write_list_register(static_cast<unsigned>(std::countr_zero(empty)),
                             list_register_for(intid));
}

} // namespace

void inject_hardware(GicCpuState& state, uint32_t intid) {
    place(state, intid);
}

void inject_software(GicCpuState& state, uint32_t intid) {
    const uint64_t all = (uint64_t{1} << state.num_list_registers) - 1;
    if (gic::empty_list_registers() == all || !merge(state, intid))
        place(state, intid);
}

void refill(GicCpuState& state) {
    while (state.pending.count > 0) {
        const uint64_t empty = gic::empty_list_registers();
        uint32_t intid = 0;
        if (empty == 0 || !take(state.pending, intid))
            break;
        state.pending.count--;
        if (is_hardware(intid) || !merge(state, intid))
            gic::write_list_register(static_cast<unsigned>(std::countr_zero(empty)),
                                     list_register_for(intid));
    }
    gic::set_underflow_interrupt(state.pending.count > 0);
}

void clear(GicCpuState& state) {
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        const uint64_t value = gic::read_list_register(i);
        if ((value & lr::kHardware) != 0 && (value & (lr::kPending | lr::kActive)) != 0)
            gic::deactivate(lr::intid(value));
        gic::write_list_register(i, 0);
    }
    uint32_t intid = 0;
    while (state.pending.count > 0 && take(state.pending, intid)) {
        state.pending.count--;
        if (is_hardware(intid))
            gic::deactivate(intid);
    }
    gic::set_underflow_interrupt(false);
    state.incoming_sgis.store_relaxed(0);
}

bool has_pending(const GicCpuState& state) {
    for (unsigned i = 0; i < state.num_list_registers; i++)
        if ((gic::read_list_register(i) & lr::kPending) != 0)
            return true;
    return state.pending.count > 0;
}

} // namespace brig::injector
