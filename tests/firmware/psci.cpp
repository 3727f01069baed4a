// SPDX-License-Identifier: Apache-2.0
// PSCI (DEN 0022): CPUs on and off, the system off and reset.
#include "monitor.hpp"

#include "arch/mmio.hpp"
#include "arch/sysreg.hpp"

namespace firmware {

namespace {

constexpr uint32_t kVersion = 0x84000000;
constexpr uint32_t kCpuSuspend = 0x84000001;
constexpr uint32_t kCpuOff = 0x84000002;
constexpr uint32_t kCpuOn = 0x84000003;
constexpr uint32_t kAffinityInfo = 0x84000004;
constexpr uint32_t kMigrateInfoType = 0x84000006;
constexpr uint32_t kMigrateInfoUpCpu = 0x84000007;
constexpr uint32_t kSystemOff = 0x84000008;
constexpr uint32_t kSystemReset = 0x84000009;
constexpr uint32_t kFeatures = 0x8400000a;

constexpr int64_t kInvalidParameters = -2;
constexpr int64_t kDenied = -3;
constexpr int64_t kAlreadyOn = -4;
constexpr int64_t kOnPending = -5;
// MIGRATE_INFO_TYPE: a trusted OS that stays on one CPU; none, or one that needs no migration
constexpr int64_t kStays = 1;
constexpr int64_t kNoMigration = 2;

// PL061 (DDI 0190): data is addressed by a mask in address bits 9:2.
constexpr uint64_t kDirection = 0x400;

[[noreturn]] void pull(unsigned line) {
    const uint64_t gpio = parameters.power_gpio;
    if (gpio != 0) {
        const auto bit = static_cast<uint8_t>(1u << line);
        brig::arch::mmio_write8(gpio + kDirection, bit);
        brig::arch::mmio_write8(gpio + (uint64_t{bit} << 2), 0);
        brig::arch::mmio_write8(gpio + (uint64_t{bit} << 2), bit);
    }
    while (true)
        asm volatile("wfi");
}

int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context) {
    Cpu* target = find_cpu(mpidr);
    if (target == nullptr)
        return kInvalidParameters;
    const Power power = target->power.load_acquire();
    if (power != Power::off)
        return power == Power::on ? kAlreadyOn : kOnPending;
    target->entry = entry;
    target->context = context;
    target->power.store_release(Power::pending);
    gic::send_sgi(*target);
    return 0;
}

int64_t affinity_info(uint64_t mpidr) {
    const Cpu* target = find_cpu(mpidr);
    if (target == nullptr)
        return kInvalidParameters;
    switch (target->power.load_acquire()) {
    case Power::on:
        return 0;
    case Power::off:
        return 1;
    default:
        return 2;
    }
}

int64_t features(uint32_t function) {
    switch (function & ~0x40000000u) {
    case kVersion:
    case kCpuSuspend:
    case kCpuOff:
    case kCpuOn:
    case kAffinityInfo:
    case kMigrateInfoType:
    case kMigrateInfoUpCpu:
    case kSystemOff:
    case kSystemReset:
    case kFeatures:
        return 0;
    default: // SMCCC_VERSION is asked for here (DEN 0028, 7.2)
        return function == 0x80000000 && parameters.smccc_version != 0 ? 0 : kNotSupported;
    }
}

bool is_resident(const Cpu& cpu) {
    return parameters.resident_cpu != 0 &&
           find_cpu(parameters.mpidr[parameters.resident_cpu - 1]) == &cpu;
}

// Returns an error, or not at all.
int64_t cpu_off() {
    Cpu& cpu = this_cpu();
    if (is_resident(cpu))
        return kDenied; // DEN 0022, 5.5.2
    while (parameters.cpu_off_hangs != 0)
        asm volatile("wfi");
    cpu.power.store_release(Power::off);
    sleep_until_on(cpu);
}

} // namespace

bool handle_psci(Frame& frame) {
    const auto id = static_cast<uint32_t>(frame.x[0]);
    const bool wide = (id & 0x40000000) != 0;
    const uint64_t mask = wide ? ~0ull : 0xffffffff;
    const uint64_t a = frame.x[1] & mask;
    switch (wide ? id & ~0x40000000u : id) {
    case kVersion:
        frame.answer(parameters.psci_version);
        return true;
    case kCpuSuspend: // standby is always allowed (DEN 0022, 5.4)
        asm volatile("dsb sy\n\twfi");
        frame.answer(0);
        return true;
    case kCpuOff:
        frame.answer(cpu_off());
        return true;
    case kCpuOn:
        frame.answer(cpu_on(a, frame.x[2] & mask, frame.x[3] & mask));
        return true;
    case kAffinityInfo:
        frame.answer(affinity_info(a));
        return true;
    case kMigrateInfoType:
        frame.answer(parameters.resident_cpu != 0 ? kStays : kNoMigration);
        return true;
    case kMigrateInfoUpCpu:
        if (parameters.resident_cpu == 0)
            return false;
        frame.answer(static_cast<int64_t>(parameters.mpidr[parameters.resident_cpu - 1]));
        return true;
    case kSystemOff:
        log("system off");
        pull(0);
    case kSystemReset:
        log("system reset");
        pull(1);
    case kFeatures:
        frame.answer(features(static_cast<uint32_t>(frame.x[1])));
        return true;
    default:
        return false;
    }
}

} // namespace firmware
