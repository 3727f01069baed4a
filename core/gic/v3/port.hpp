// SPDX-License-Identifier: Apache-2.0
// GICv3: system registers.
#pragma once

#include <cstdint>

#include "arch/gic_cpu.hpp"

namespace brig::gicv3 {

struct Port {
    /// List register fields (IHI 0069, 12.4.6).
    using ListRegister = uint64_t;
    static constexpr ListRegister kPending = 1ull << 62;
    static constexpr ListRegister kActive = 1ull << 63;
    static constexpr ListRegister kHardware = 1ull << 61;
    static constexpr ListRegister kGroup1 = 1ull << 60;
    static constexpr unsigned kPhysicalShift = 32;

    static constexpr ListRegister pending(uint32_t intid) { return kPending | kGroup1 | intid; }
    static constexpr uint32_t virtual_intid(ListRegister value) {
        return static_cast<uint32_t>(value);
    }

    static ListRegister read_list_register(unsigned n) { return arch::gic::read_list_register(n); }
    static void write_list_register(unsigned n, ListRegister value) {
        arch::gic::write_list_register(n, value);
    }
    static uint64_t empty_list_registers() { return arch::gic::empty_list_registers(); }
    static unsigned num_list_registers() { return arch::gic::num_list_registers(); }
    static void set_underflow_interrupt(bool on) { arch::gic::set_underflow_interrupt(on); }

    /// What acknowledge() returns goes back into the other two.
    static uint32_t acknowledge() { return arch::gic::acknowledge(); }
    static constexpr uint32_t intid(uint32_t acknowledged) { return acknowledged; }
    static void drop_priority(uint32_t acknowledged) { arch::gic::drop_priority(acknowledged); }
    static void deactivate(uint32_t acknowledged) { arch::gic::deactivate(acknowledged); }
};

} // namespace brig::gicv3
