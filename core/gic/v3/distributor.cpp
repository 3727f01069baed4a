// SPDX-License-Identifier: Apache-2.0
#include "gic/v3/distributor.hpp"

#include "arch/mmio.hpp"
#include "arch/registers.hpp"
#include "console/console.hpp"
#include "cpu/cpu.hpp"
#include "gic/v3/registers.hpp"
#include "system.hpp"

namespace brig::gicv3 {

namespace {

bool routes_into(const Cell& cell, uint64_t route) {
    for (size_t id : cell.cpus)
        if (sys.cpu(id).mpidr == route)
            return true;
    return false;
}

} // namespace

bool Distributor::contains(uint64_t address) const {
    return address - base() < kDistributorSize;
}

MmioResult Distributor::access(const Cell& cell, MmioAccess& access) {
    const auto offset = static_cast<uint32_t>(access.address - base());
    if (offset >= gicd::isenabler && offset < gicd::ipriorityr)
        return spis_.access_set_clear(cell, access, offset);
    if (offset <= gicd::iidr || offset >= gicd::id_registers)
        return spis_.read_only(access, offset);
    if (offset >= gicd::irouter && offset < gicd::irouter_end)
        return access_router(cell, access, offset);
    return spis_.access_others(cell, access, offset);
}

MmioResult Distributor::access_router(const Cell& cell, MmioAccess& access, uint32_t offset) {
    const uint32_t intid = (offset - gicd::irouter) / 8;
    const bool whole = access.size == 8 && offset % 8 == 0;
    const bool lower_half = access.size == 4 && offset % 8 == 0;
    if ((!whole && !lower_half) || intid < 32 || !cell.owns(intid))
        return read_as_zero(access);
    if (!access.write) {
        const uint64_t route = arch::mmio_read64(base() + offset);
        access.value = whole ? route : route & 0xffffffff;
        return MmioResult::handled;
    }
    if (!routes_into(cell, access.value)) {
        console::print("Attempt to route IRQ{} outside of cell\n", intid);
        return MmioResult::forbidden;
    }
    arch::mmio_write64(base() + offset, access.value);
    return MmioResult::handled;
}

void Distributor::adopt(const Cell& cell, unsigned intid) {
    const uint64_t router = base() + gicd::irouter + uint64_t{intid} * 8;
    if (cell.cpus.empty() || routes_into(cell, arch::mmio_read64(router)))
        return;
    arch::mmio_write64(router, sys.cpu(cell.cpus.next()).mpidr);
}

} // namespace brig::gicv3
