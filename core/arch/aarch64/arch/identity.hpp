// SPDX-License-Identifier: Apache-2.0
// Where the image is.
#pragma once

#include <cstdint>

extern "C" const char __image_start[];

namespace brig::arch {

inline uint64_t image_start() {
    return reinterpret_cast<uint64_t>(__image_start);
}

} // namespace brig::arch
