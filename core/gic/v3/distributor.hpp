// SPDX-License-Identifier: Apache-2.0
// The distributor as a cell sees it: the hardware's, reduced to the interrupts it owns.
#pragma once

#include "gic/spis.hpp"

namespace brig::gicv3 {

class Distributor {
public:
    /// `base` is the physical address of GICD.
    void init(uint64_t base) { spis_.init(base); }
    uint64_t base() const { return spis_.base(); }
    bool contains(uint64_t address) const;

    /// Result: handled, or forbidden for a route that leads out of the cell.
    MmioResult access(const Cell& cell, MmioAccess& access);

    /// Disables and deactivates an SPI. Priority, route and configuration stay.
    void quiesce(unsigned intid) { spis_.quiesce(intid); }
    /// Gives an SPI whose route is none of `cell`'s CPUs to its first one.
    void adopt(const Cell& cell, unsigned intid);

private:
    MmioResult access_router(const Cell& cell, MmioAccess& access, uint32_t offset);

    SpiRegisters spis_;
};

} // namespace brig::gicv3
