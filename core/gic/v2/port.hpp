// SPDX-License-Identifier: Apache-2.0
// GICv2: memory-mapped registers, banked per CPU.
#pragma once

#include <cstdint>

#include "arch/mmio.hpp"
#include "gic/v2/registers.hpp"

namespace brig::gicv2 {

/// Physical addresses; set once, by irqchip::init().
struct Frames {
    uint64_t gicd;
    uint64_t gicc;
    uint64_t gich;
};
extern Frames frames;

struct Port {
    /// List register fields (IHI 0048, 5.3.14). All virtual interrupts are in Group 0, which a
    /// guest sees as IRQs.
    using ListRegister = uint32_t;
    static constexpr ListRegister kPending = 1u << 28;
    static constexpr ListRegister kActive = 1u << 29;
    static constexpr ListRegister kHardware = 1u << 31;
    static constexpr ListRegister kEoi = 1u << 19;    // of an SGI: its end is a maintenance event
    static constexpr unsigned kSourceShift = 10;      // of an SGI: CPU interface that sent it
    static constexpr unsigned kPhysicalShift = 10;    // of a hardware interrupt
    static constexpr unsigned kMaxListRegisters = 32; // so that one status register has them all

    static constexpr ListRegister pending(uint32_t intid) { return kPending | intid; }
    static constexpr uint32_t virtual_intid(ListRegister value) { return value & 0x3ff; }
    static constexpr unsigned source(ListRegister value) { return value >> kSourceShift & 7; }

    static ListRegister read_list_register(unsigned n) {
        return arch::mmio_read32(frames.gich + gich::lr0 + n * 4);
    }
    static void write_list_register(unsigned n, ListRegister value) {
        arch::mmio_write32(frames.gich + gich::lr0 + n * 4, value);
    }
    static uint64_t empty_list_registers() { return arch::mmio_read32(frames.gich + gich::elrsr0); }
    static unsigned num_list_registers() {
        const unsigned count = (arch::mmio_read32(frames.gich + gich::vtr) & 0x3f) + 1;
        return count < kMaxListRegisters ? count : kMaxListRegisters;
    }
    static void set_underflow_interrupt(bool on) {
        const uint32_t hcr = arch::mmio_read32(frames.gich + gich::hcr);
        arch::mmio_write32(frames.gich + gich::hcr,
                           on ? hcr | gich::hcr_uie : hcr & ~gich::hcr_uie);
    }

    /// What acknowledge() returns goes back into the other two: an SGI has its sender in it.
    static uint32_t acknowledge() { return arch::mmio_read32(frames.gicc + gicc::iar); }
    static constexpr uint32_t intid(uint32_t acknowledged) {
        return acknowledged & gicc::iar_intid;
    }
    static void drop_priority(uint32_t acknowledged) {
        arch::mmio_write32(frames.gicc + gicc::eoir, acknowledged);
    }
    static void deactivate(uint32_t acknowledged) {
        arch::mmio_write32(frames.gicc + gicc::dir, acknowledged);
    }
};

} // namespace brig::gicv2
