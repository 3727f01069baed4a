// SPDX-License-Identifier: Apache-2.0
#include "trace/ring.hpp"

#include "arch/barrier.hpp"

namespace brig {

void ExitRing::begin(const brig_exit& exit) {
    const uint64_t number = head->done;
    __atomic_store_n(&head->begun, number + 1, __ATOMIC_RELAXED);
    arch::dmb_ishst();
    exits[number & mask] = exit;
    __atomic_store_n(&head->done, number + 1, __ATOMIC_RELEASE);
}

void ExitRing::end(uint64_t now) {
    brig_exit& exit = exits[(head->done - 1) & mask];
    const uint64_t ticks = now - exit.time;
    exit.duration = ticks < UINT32_MAX ? static_cast<uint32_t>(ticks) : UINT32_MAX;
}

} // namespace brig
