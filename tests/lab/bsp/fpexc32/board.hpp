// SPDX-License-Identifier: Apache-2.0
// Wrong: reads FPEXC32_EL2 on each CPU, without looking whether the CPU has it.
#pragma once

#include "../machine.hpp"
#include "board/hooks.hpp"

namespace brig::bsp {

struct Fpexc32 : Machine {
    const char* name = "fpexc32";
    std::array<SmcRule, 3> smc_policy{kScmiDoorbell, kTrustedOs, kTrustedOsDiscovery};

    /// S3_4_C5_C3_0 is FPEXC32_EL2. It exists where EL1 can run AArch32 (ID_AA64PFR0_EL1.EL1 is 2),
    /// which a Cortex-A76 cannot: there the access is UNDEFINED.
    [[gnu::noinline]] static Result<void> cpu_init(Cpu&) {
        uint64_t value;
        asm volatile("mrs %0, s3_4_c5_c3_0" : "=r"(value));
        asm volatile("msr s3_4_c5_c3_0, %0" ::"r"(value | 1u << 30)); // EN
        return {};
    }
};

inline constexpr Fpexc32 board;

} // namespace brig::bsp
