// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace brig::arch {

inline uint64_t image_start() {
    return 0x7fc00000;
}

} // namespace brig::arch
