// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "brig/learn.h"

namespace brig::arch {

inline uint64_t image_start() {
    return 0x7fc00000;
}

/// In the hypervisor memory of the tests' machine.
inline brig_learn_record& learn_record() {
    return *reinterpret_cast<brig_learn_record*>(0x7f980000);
}

} // namespace brig::arch
