// SPDX-License-Identifier: Apache-2.0
#include "gic/injector.hpp"

#include <bit>

#include "arch/mmio.hpp"
#include "gic/port.hpp"
#include "gic/registers.hpp"

namespace brig::injector {

namespace {

using Port = GicPort;
using ListRegister = Port::ListRegister;

/// SGIs (below 16) and LPIs have no physical counterpart that a guest could deactivate.
bool is_hardware(uint32_t intid) {
    return intid >= 16 && intid < kMaxIntid;
}

ListRegister list_register_for(uint32_t intid) {
    const ListRegister value = Port::pending(intid);
    return is_hardware(intid)
               ? value | Port::kHardware | ListRegister{intid} << Port::kPhysicalShift
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
    Port::set_underflow_interrupt(true);
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
    const uint64_t empty = Port::empty_list_registers();
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        if ((empty >> i & 1) != 0)
            continue;
        const ListRegister value = Port::read_list_register(i);
        if (Port::virtual_intid(value) != intid)
            continue;
        Port::write_list_register(i, value | Port::kPending);
        return true;
    }
    return false;
}

void place(GicCpuState& state, uint32_t intid) {
    const uint64_t empty = Port::empty_list_registers();
    if (empty == 0) [[unlikely]]
        return put_aside(state, intid);
    Port::write_list_register(static_cast<unsigned>(std::countr_zero(empty)),
                              list_register_for(intid));
}

} // namespace

void inject_hardware(GicCpuState& state, uint32_t intid) {
    place(state, intid);
}

void inject_software(GicCpuState& state, uint32_t intid) {
    const uint64_t all = (uint64_t{1} << state.num_list_registers) - 1;
    if (Port::empty_list_registers() == all || !merge(state, intid))
        place(state, intid);
}

void refill(GicCpuState& state) {
    while (state.pending.count > 0) {
        const uint64_t empty = Port::empty_list_registers();
        uint32_t intid = 0;
        if (empty == 0 || !take(state.pending, intid))
            break;
        state.pending.count--;
        if (is_hardware(intid) || !merge(state, intid))
            Port::write_list_register(static_cast<unsigned>(std::countr_zero(empty)),
                                      list_register_for(intid));
    }
    Port::set_underflow_interrupt(state.pending.count > 0);
}

void clear(GicCpuState& state) {
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        const ListRegister value = Port::read_list_register(i);
        if ((value & Port::kHardware) != 0 && (value & (Port::kPending | Port::kActive)) != 0)
            Port::deactivate(Port::virtual_intid(value));
        Port::write_list_register(i, 0);
    }
    uint32_t intid = 0;
    while (state.pending.count > 0 && take(state.pending, intid)) {
        state.pending.count--;
        if (is_hardware(intid))
            Port::deactivate(intid);
    }
    Port::set_underflow_interrupt(false);
    state.forget_sgis();
}

/// A level-sensitive interrupt becomes pending by itself once it is inactive.
void repend(uint64_t base, uint32_t intid) {
    const uint32_t config = arch::mmio_read32(base + gicd::icfgr + intid / 16 * 4);
    if ((config >> (intid % 16 * 2 + 1) & 1) != 0)
        arch::mmio_write32(base + gicd::ispendr + intid / 32 * 4, 1u << (intid % 32));
    Port::deactivate(intid);
}

bool has_pending(const GicCpuState& state) {
    for (unsigned i = 0; i < state.num_list_registers; i++)
        if ((Port::read_list_register(i) & Port::kPending) != 0)
            return true;
    return state.pending.count > 0;
}

} // namespace brig::injector
