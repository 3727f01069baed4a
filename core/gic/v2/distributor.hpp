// SPDX-License-Identifier: Apache-2.0
// The distributor as a cell sees it: the hardware's, reduced to the interrupts it owns; SGIs are
// virtual.
#pragma once

#include "gic/spis.hpp"
#include "gic/v2/registers.hpp"

namespace brig {
struct Cpu;
}

namespace brig::gicv2 {

class Distributor {
public:
    /// `base` is the physical address of GICD.
    void init(uint64_t base) { spis_.init(base); }
    uint64_t base() const { return spis_.base(); }
    bool contains(uint64_t address) const { return address - base() < kDistributorSize; }

    /// An access of the current CPU, whose own SGIs and PPIs word 0 has. Result: handled, or
    /// forbidden for a target outside of the cell.
    MmioResult access(Cpu& cpu, MmioAccess& access);

    /// Disables and deactivates an SPI. Priority, target and configuration stay.
    void quiesce(unsigned intid) { spis_.quiesce(intid); }
    /// Limits an SPI's targets to `cell`'s CPUs; if that leaves none, it is for the first one.
    void adopt(const Cell& cell, unsigned intid);

private:
    MmioResult access_private(Cpu& cpu, MmioAccess& access, uint32_t offset);
    MmioResult access_private_bits(Cpu& cpu, MmioAccess& access, uint32_t offset);
    MmioResult access_targets(const Cell& cell, MmioAccess& access, uint32_t offset);
    MmioResult access_sgi_sources(Cpu& cpu, MmioAccess& access, uint32_t offset);

    SpiRegisters spis_;
};

} // namespace brig::gicv2
