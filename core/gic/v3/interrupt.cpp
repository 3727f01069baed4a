// SPDX-License-Identifier: Apache-2.0
// The interrupt exit. No locks: everything here is the CPU's own, or atomic.
#include "arch/gic_cpu.hpp"
#include "arch/registers.hpp"
#include "cell/cell.hpp"
#include "gic/injector.hpp"
#include "gic/irqchip.hpp"
#include "system.hpp"

namespace brig::irqchip {

namespace {

namespace gic = arch::gic;

void take_virtual_sgis(Cpu& cpu) {
    cpu.count(BRIG_STAT_VSGI);
    uint32_t sgis = cpu.gic.incoming_sgis.exchange(0);
    while (sgis != 0) {
        const auto sgi = static_cast<uint32_t>(__builtin_ctz(sgis));
        sgis &= sgis - 1;
        injector::inject_software(cpu.gic, sgi);
    }
}

/// Everything but a plain interrupt of the cell. Returns false for a management request.
[[gnu::noinline]] bool handle_special(Cpu& cpu, uint32_t intid) {
    if (intid >= kMaxIntid && intid < kMaxIntid + 4)
        return true; // spurious
    gic::drop_priority(intid);
    if (intid >= kFirstLpi) {
        if (config::root_lpis && cpu.cell->is_root()) {
            cpu.count(BRIG_STAT_VIRQ);
            injector::inject_software(cpu.gic, intid);
        }
        return true;
    }
    gic::deactivate(intid);
    if (intid == kInjectSgi) {
        take_virtual_sgis(cpu);
    } else if (intid == kManagementSgi) {
        cpu.count(BRIG_STAT_MANAGEMENT);
        return false;
    } else if (intid < 16) {
        injector::inject_software(cpu.gic, intid); // the guest set it pending in its redistributor
    } else if (intid == sys.config->arm.maintenance_irq) {
        cpu.count(BRIG_STAT_MAINTENANCE);
        injector::refill(cpu.gic);
    } // else: an SPI of another cell that was under way when it changed hands, or one of the
      // extended ranges (1024 to 8191), which no configuration can give away
    return true;
}

} // namespace

bool handle_interrupt(Cpu& cpu) {
    cpu.count(BRIG_STAT_TOTAL);
    const uint32_t intid = gic::acknowledge();
    // SPIs are in the cell's set; the bits of PPIs except the maintenance interrupt are set there
    // too.
    if (!cpu.cell->interrupts.test(intid)) [[unlikely]]
        return handle_special(cpu, intid);
    gic::drop_priority(intid);
    cpu.count(BRIG_STAT_VIRQ);
    injector::inject_hardware(cpu.gic, intid);
    return true;
}

} // namespace brig::irqchip
