// SPDX-License-Identifier: Apache-2.0
// Host twin: what the world does while a CPU spins or sleeps is up to the test.
#pragma once

namespace brig::arch {

inline void (*fake_relax)() = nullptr;
inline void (*fake_wait)() = nullptr;

inline void relax() {
    if (fake_relax != nullptr)
        fake_relax();
}
inline void wait_for_interrupt() {
    if (fake_wait != nullptr)
        fake_wait();
}

} // namespace brig::arch
