// SPDX-License-Identifier: Apache-2.0
// An access to something that is emulated.
#pragma once

#include <cstdint>

namespace brig {

struct MmioAccess {
    uint64_t address; // guest physical
    uint32_t size;    // 1, 2, 4 or 8 bytes
    bool write;
    uint64_t value; // to write (zero-extended from the size), or what was read
};

enum class MmioResult {
    handled,
    unhandled, // nothing there: a violation, "unhandled trap"
    forbidden, // there is something, but not so: a violation, "forbidden access"
};

} // namespace brig
