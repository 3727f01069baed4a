// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace brig {
struct Cpu;
}

namespace brig::arch {

inline Cpu* fake_cpu = nullptr;

inline Cpu& this_cpu() {
    return *fake_cpu;
}

} // namespace brig::arch
