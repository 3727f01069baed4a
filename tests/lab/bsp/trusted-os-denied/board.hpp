// SPDX-License-Identifier: Apache-2.0
// Wrong: calls for OP-TEE are not forwarded.
#pragma once

#include "../machine.hpp"

namespace brig::bsp {

struct TrustedOsDenied : Machine {
    const char* name = "trusted-os-denied";
    std::array<SmcRule, 1> smc_policy{kScmiDoorbell};
};

inline constexpr TrustedOsDenied board;

} // namespace brig::bsp
