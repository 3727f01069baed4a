// SPDX-License-Identifier: Apache-2.0
// Where the image is, and what root may read of it.
#pragma once

#include <cstdint>

#include "brig/learn.h"

extern "C" {
extern const char __image_start[];
extern brig_learn_record brig_learn_pages; // only with CONFIG_LEARN
}

namespace brig::arch {

inline uint64_t image_start() {
    return reinterpret_cast<uint64_t>(__image_start);
}

inline brig_learn_record& learn_record() {
    return brig_learn_pages;
}

} // namespace brig::arch
