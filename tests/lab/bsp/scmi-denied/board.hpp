// SPDX-License-Identifier: Apache-2.0
// Wrong: the SCMI doorbell is not forwarded.
#pragma once

#include "../machine.hpp"

namespace brig::bsp {

struct ScmiDenied : Machine {
    const char* name = "scmi-denied";
    std::array<SmcRule, 2> smc_policy{kTrustedOs, kTrustedOsDiscovery};
};

inline constexpr ScmiDenied board;

} // namespace brig::bsp
