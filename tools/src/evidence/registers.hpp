// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <brig/evidence.h>

#include <string>
#include <vector>

namespace brig::evidence {

struct Register {
    std::string name;
    uint64_t value;
};

// The system registers of a crash record: EL2's, EL1's, the virtual interrupt interface with those
// list registers that hold something.
std::vector<Register> system_registers(const brig_crash_record& crash);

} // namespace brig::evidence
