// SPDX-License-Identifier: Apache-2.0
#include "setup/disable.hpp"

#include "arch/guest.hpp"
#include "arch/takeover.hpp"
#include "console/console.hpp"
#include "evidence/stages.hpp"
#include "gic/irqchip.hpp"
#include "setup/assembly.hpp"
#include "system.hpp"

namespace brig::setup {

namespace {

constinit Assembly assembly;
constinit Atomic<uint32_t> announced{0};

/// A CPU that is off, failed or in another cell will not come.
bool all_cpus_can_come() {
    for (size_t id : sys.cpus)
        if (sys.cpu(id).power != PowerState::on || !sys.cpu(id).cell->is_root())
            return false;
    return true;
}

} // namespace

Result<void> disable(Cpu& cpu, Frame& frame) {
    if (sys.num_cells > 1 || !all_cpus_can_come())
        return Error::busy;
    evidence::mark(cpu, BRIG_STAGE_DISABLE);
    const Result<void> own = irqchip::check_release(cpu);
    const uint64_t limit = arch::counter() + arch::counter_frequency(); // a second
    const int32_t verdict =
        assembly.join(sys.online_cpus, own ? 0 : static_cast<int32_t>(own.error()), [&] {
            arch::relax();
            return arch::counter() > limit;
        });
    if (verdict != 0) {
        evidence::mark(cpu, BRIG_STAGE_LINUX);
        return static_cast<Error>(verdict);
    }
    evidence::mark(cpu, BRIG_STAGE_RELEASE);

    if (announced.exchange(1) == 0)
        console::print("Shutting down hypervisor\n");
    console::print(" Releasing CPU {}\n", cpu.id);
    frame.x[0] = 0;
    arch::release(cpu, frame);
}

} // namespace brig::setup
