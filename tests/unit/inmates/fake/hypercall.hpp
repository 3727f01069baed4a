// SPDX-License-Identifier: Apache-2.0
// Host twin of inmates/runtime/aarch64/hypercall.hpp: calls are recorded.
#pragma once

#include "arch.hpp"

#include <brig/hypercall.h>

#include <utility>
#include <vector>

namespace brig {

inline std::vector<std::pair<uint64_t, uint64_t>> hypercalls; // code and argument

inline int64_t hypercall(uint64_t code, uint64_t arg1) {
    hypercalls.emplace_back(code, arg1);
    return 0;
}

} // namespace brig
