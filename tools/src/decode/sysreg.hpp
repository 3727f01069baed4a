// SPDX-License-Identifier: Apache-2.0
// Names of system registers by their encoding (Arm ARM, D22), of those that a hypervisor meets.
#pragma once

#include "decode/esr.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace brig::decode {

struct RegisterAccess {
    std::string name; // lower case; "s3_0_c12_c11_5" for one without a name here
    bool read = false;
    unsigned rt = 0; // the general-purpose register
};

// Of an MRS or MSR (register) instruction.
std::optional<RegisterAccess> system_register_access(uint32_t instruction);

// Of a syndrome of class 0x18.
RegisterAccess trapped_register(const Esr& esr);

} // namespace brig::decode
