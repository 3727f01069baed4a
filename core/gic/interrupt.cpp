// SPDX-License-Identifier: Apache-2.0
// The interrupt exit. No locks: everything here is the CPU's own, or atomic.
#include "cell/cell.hpp"
#include "gic/injector.hpp"
#include "gic/irqchip.hpp"
#include "gic/port.hpp"
#include "gic/sgi.hpp"
#include "system.hpp"

namespace brig::irqchip {

namespace {

/// Everything but a plain interrupt of the cell. Returns false for a management request.
[[gnu::noinline]] bool handle_special(Cpu& cpu, uint32_t acknowledged) {
    const uint32_t intid = GicPort::intid(acknowledged);
    if (intid >= kMaxIntid && intid < kMaxIntid + 4)
        return true; // spurious
    GicPort::drop_priority(acknowledged);
    if (intid >= kFirstLpi) {
        if (config::root_lpis && cpu.cell->is_root()) {
            cpu.count(BRIG_STAT_VIRQ);
            injector::inject_software(cpu.gic, intid);
        }
        return true;
    }
    GicPort::deactivate(acknowledged);
    if (intid == kInjectSgi) {
        cpu.count(BRIG_STAT_VSGI);
        sgi::deliver(cpu);
    } else if (intid == kManagementSgi) {
        cpu.count(BRIG_STAT_MANAGEMENT);
        return false;
    } else if (intid < 16) {
        sgi::accept(cpu, acknowledged);
    } else if (intid == sys.config->arm.maintenance_irq) {
        cpu.count(BRIG_STAT_MAINTENANCE);
        sgi::refill(cpu);
    } // else: an SPI of another cell that was under way when it changed hands, or one of the
      // extended ranges (1024 to 8191), which no configuration can give away
    return true;
}

} // namespace

uint32_t acknowledge() {
    return GicPort::acknowledge();
}

uint32_t intid_of(uint32_t acknowledged) {
    return GicPort::intid(acknowledged);
}

bool handle_interrupt(Cpu& cpu, uint32_t acknowledged) {
    cpu.count(BRIG_STAT_TOTAL);
    // SPIs are in the cell's set; the bits of PPIs except the maintenance interrupt are set there
    // too. Only what is in there is an INTID and nothing else.
    if (!cpu.cell->interrupts.test(acknowledged)) [[unlikely]]
        return handle_special(cpu, acknowledged);
    GicPort::drop_priority(acknowledged);
    cpu.count(BRIG_STAT_VIRQ);
    injector::inject_hardware(cpu.gic, acknowledged);
    return true;
}

} // namespace brig::irqchip
