// SPDX-License-Identifier: Apache-2.0
// What does not depend on the controller's version.
#include "gic/irqchip.hpp"

#include "gic/injector.hpp"
#include "gic/ownership.hpp"
#include "gic/port.hpp"
#include "system.hpp"

namespace brig::irqchip {

Result<InterruptSet> parse_interrupts(const CellView& config) {
    InterruptSet set = BRIG_TRY(ownership::parse(config, sys.config->arm.gicd_base));
    ownership::add_private(set, sys.config->arm.maintenance_irq);
    return set;
}

void describe(const Cpu& cpu, brig_crash_record& record) {
    record.ich_elrsr = GicPort::empty_list_registers();
    record.num_list_registers = cpu.gic.num_list_registers;
    for (unsigned i = 0; i < cpu.gic.num_list_registers && i < BRIG_CRASH_LIST_REGISTERS; i++)
        record.list_registers[i] = GicPort::read_list_register(i);
    describe_interface(record);
}

bool overlaps(Range range) {
    for (const Range frame : frames())
        if (range.overlaps(frame))
            return true;
    return false;
}

bool has_pending(const Cpu& cpu) {
    return injector::has_pending(cpu.gic);
}

} // namespace brig::irqchip
