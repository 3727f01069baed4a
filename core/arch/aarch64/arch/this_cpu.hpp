// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/sysreg.hpp"

namespace brig {
struct Cpu;
}

namespace brig::arch {

inline Cpu& this_cpu() {
    uint64_t value;
    asm("mrs %0, tpidr_el2" : "=r"(value)); // not volatile: constant for a CPU, so it may be merged
    return *reinterpret_cast<Cpu*>(value);
}

} // namespace brig::arch
