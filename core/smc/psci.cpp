// SPDX-License-Identifier: Apache-2.0
#include "smc/psci.hpp"

#include "arch/cpu_hints.hpp"
#include "arch/guest.hpp"
#include "arch/registers.hpp"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "gic/irqchip.hpp"
#include "smc/smccc.hpp"
#include "system.hpp"

namespace brig::psci {

namespace {

Cpu* find(const Cell& cell, uint64_t mpidr) {
    for (size_t id : cell.cpus)
        if (sys.cpu(id).mpidr == (mpidr & arch::kMpidrAffinity))
            return &sys.cpu(id);
    return nullptr;
}

int64_t cpu_on(const Cell& cell, uint64_t mpidr, uint64_t entry, uint64_t context) {
    Cpu* target = find(cell, mpidr);
    if (target == nullptr)
        return kDenied;
    const Result<void> result = management::power_on(*target, entry, context);
    if (result)
        return 0;
    return result.error() == Error::busy ? kAlreadyOn : kDenied;
}

int64_t affinity_info(const Cell& cell, uint64_t mpidr) {
    const Cpu* target = find(cell, mpidr);
    if (target == nullptr)
        return kDenied;
    return target->power == PowerState::on ? 0 : 1;
}

/// Standby until an interrupt is there. Waking early is allowed (DEN 0022, 5.4.1).
int64_t cpu_suspend(const Cpu& cpu) {
    if (direct_interrupts())
        arch::wait_for_guest_interrupt();
    else if (!irqchip::has_pending(cpu))
        arch::wait_for_interrupt();
    return 0;
}

/// The machine goes down with everything on it: the root cell's privilege.
int64_t system_down(Cpu& cpu, uint64_t function) {
    if (!cpu.cell->is_root())
        return kNotSupported;
    console::print("Root cell calls SYSTEM_{}\n", function == kSystemOff ? "OFF" : "RESET");
    uint64_t registers[18] = {function};
    arch::call_firmware(registers);
    return static_cast<int64_t>(registers[0]); // only if the firmware does not know it
}

constexpr uint64_t low(uint64_t value) {
    return value & 0xffffffff;
}

} // namespace

int64_t features(uint64_t function, bool is_root) {
    switch (function) {
    case kVersion:
    case kCpuSuspend32:
    case kCpuSuspend64:
    case kCpuOff:
    case kCpuOn32:
    case kCpuOn64:
    case kAffinityInfo32:
    case kAffinityInfo64:
    case kFeatures:
    case smccc::kVersion:
        return 0;
    case kSystemOff:
    case kSystemReset:
        return is_root ? 0 : kNotSupported;
    default:
        return kNotSupported;
    }
}

bool handle(Cpu& cpu, Frame& frame) {
    const auto& x = frame.x;
    int64_t result = 0;
    switch (x[0]) {
    case kVersion:
        result = kVersion1_1;
        break;
    case kCpuSuspend32:
    case kCpuSuspend64:
        result = cpu_suspend(cpu);
        break;
    case kCpuOff:
        management::power_off(cpu, frame);
        return true; // with the frame of the next start
    case kCpuOn32:
        result = cpu_on(*cpu.cell, low(x[1]), low(x[2]), low(x[3]));
        break;
    case kCpuOn64:
        result = cpu_on(*cpu.cell, x[1], x[2], x[3]);
        break;
    case kAffinityInfo32:
        result = affinity_info(*cpu.cell, low(x[1]));
        break;
    case kAffinityInfo64:
        result = affinity_info(*cpu.cell, x[1]);
        break;
    case kSystemOff:
    case kSystemReset:
        result = system_down(cpu, x[0]);
        break;
    case kFeatures:
        result = features(low(x[1]), cpu.cell->is_root());
        break;
    default:
        return false;
    }
    frame.x[0] = static_cast<uint64_t>(result);
    return true;
}

} // namespace brig::psci
