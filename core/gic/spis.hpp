// SPDX-License-Identifier: Apache-2.0
// The distributor's registers of shared peripheral interrupts as a cell sees them: the hardware's,
// reduced to those it owns. What GICv2 and GICv3 have in common.
#pragma once

#include "cell/cell.hpp"
#include "trap/mmio.hpp"

namespace brig {

class SpiRegisters {
public:
    /// `base` is the physical address of GICD.
    void init(uint64_t base) { base_ = base; }
    uint64_t base() const { return base_; }

    /// ISENABLER to ICACTIVER: ones act, zeros do not, so masking is all it takes. Word 0 (SGIs and
    /// PPIs) reads as zero.
    MmioResult access_set_clear(const Cell& cell, MmioAccess& access, uint32_t offset);
    /// IGROUPR (read only), IPRIORITYR, ICFGR. SGIs, PPIs and every other register read as zero,
    /// and writes do nothing.
    MmioResult access_others(const Cell& cell, MmioAccess& access, uint32_t offset);
    /// Identification and control: read only.
    MmioResult read_only(MmioAccess& access, uint32_t offset);

    /// Disables and deactivates an SPI. Priority, target and configuration stay.
    void quiesce(unsigned intid);

private:
    MmioResult access_priority(const Cell& cell, MmioAccess& access, uint32_t offset);
    MmioResult access_config(const Cell& cell, MmioAccess& access, uint32_t offset);

    uint64_t base_ = 0;
    SpinLock lock_; // read-modify-write of registers that several cells share (ICFGR)
};

inline MmioResult read_as_zero(MmioAccess& access) {
    access.value = 0;
    return MmioResult::handled;
}

} // namespace brig
