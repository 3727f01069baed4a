// SPDX-License-Identifier: Apache-2.0
// Waiting politely.
#pragma once

namespace brig::arch {

/// In every spin loop: yields, so that other hardware threads (and emulators) get on.
inline void relax() {
    asm volatile("yield" ::: "memory");
}

/// Sleeps until an interrupt is pending, masked or not.
inline void wait_for_interrupt() {
    asm volatile("dsb sy\n\twfi" ::: "memory");
}

} // namespace brig::arch
