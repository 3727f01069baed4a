// SPDX-License-Identifier: Apache-2.0
// Host twin: a test says which CPU the calling thread is.
#pragma once

namespace brig {
struct Cpu;
}

namespace brig::arch {

inline thread_local Cpu* fake_cpu = nullptr;

inline Cpu& this_cpu() {
    return *fake_cpu;
}

} // namespace brig::arch
