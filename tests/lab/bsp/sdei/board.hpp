// SPDX-License-Identifier: Apache-2.0
// Uses the monitor's SDEI: cells take their interrupts themselves.
#pragma once

#include "../machine.hpp"

namespace brig::bsp {

struct Sdei : Machine {
    const char* name = "sdei";
    bool use_sdei = true;
    std::array<SmcRule, 3> smc_policy{kScmiDoorbell, kTrustedOs, kTrustedOsDiscovery};
};

inline constexpr Sdei board;

} // namespace brig::bsp
