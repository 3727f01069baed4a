// SPDX-License-Identifier: Apache-2.0
// The right board, with the other interrupt controller.
#pragma once

#include "../machine.hpp"

namespace brig::bsp {

struct MonitorGicv2 : Machine {
    const char* name = "monitor-gicv2";
    std::array<SmcRule, 3> smc_policy{kScmiDoorbell, kTrustedOs, kTrustedOsDiscovery};
};

inline constexpr MonitorGicv2 board;

} // namespace brig::bsp
