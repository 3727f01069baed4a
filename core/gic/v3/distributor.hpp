// SPDX-License-Identifier: Apache-2.0
// The distributor as a cell sees it: the hardware's, reduced to the interrupts it owns.
#pragma once

#include "cell/cell.hpp"
#include "trap/mmio.hpp"

namespace brig::gicv3 {

class Distributor {
public:
    /// `base` is the physical address of GICD.
    void init(uint64_t base) { base_ = base; }
    uint64_t base() const { return base_; }
    bool contains(uint64_t address) const;

    /// Result: handled, or forbidden for a route that leads out of the cell.
    MmioResult access(const Cell& cell, MmioAccess& access);

    /// Disables and deactivates an SPI. Priority, route and configuration stay.
    void quiesce(unsigned intid);
    /// Gives an SPI whose route is none of `cell`'s CPUs to its first one.
    void adopt(const Cell& cell, unsigned intid);

private:
    MmioResult access_set_clear(const Cell& cell, MmioAccess& access, uint32_t offset);
    MmioResult access_priority(const Cell& cell, MmioAccess& access, uint32_t offset);
    MmioResult access_config(const Cell& cell, MmioAccess& access, uint32_t offset);
    MmioResult access_router(const Cell& cell, MmioAccess& access, uint32_t offset);

    uint64_t base_ = 0;
    SpinLock lock_; // read-modify-write of registers that several cells share (ICFGR)
};

} // namespace brig::gicv3
