// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "brig_config.hpp"
#include "config/view.hpp"
#include "lib/bitmap.hpp"

namespace brig {

/// A set of Linux logical CPU ids.
using CpuSet = Bitmap<config::max_cpus>;

/// Reads a configuration's bitmap. Errors: invalid (a CPU id this build does not support).
inline Result<CpuSet> parse_cpu_set(PackedArray<uint8_t> bytes) {
    CpuSet set;
    for (size_t i = 0; i < bytes.size() * 8; i++) {
        if ((bytes[i / 8] >> (i % 8) & 1) == 0)
            continue;
        if (i >= CpuSet::kSize)
            return Error::invalid;
        set.set(i);
    }
    return set;
}

} // namespace brig
