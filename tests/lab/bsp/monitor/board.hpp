// SPDX-License-Identifier: Apache-2.0
// The right board for the monitor: Linux reaches what its drivers ask the firmware for.
#pragma once

#include "../machine.hpp"

namespace brig::bsp {

struct Monitor : Machine {
    const char* name = "monitor";
    std::array<SmcRule, 3> smc_policy{kScmiDoorbell, kTrustedOs, kTrustedOsDiscovery};
};

inline constexpr Monitor board;

} // namespace brig::bsp
