// SPDX-License-Identifier: Apache-2.0
// Firmware calls that were refused: logged once per id, so that a porter sees what the board's
// policy lacks and a guest in a loop cannot flood the console.
#pragma once

#include "cell/cell.hpp"
#include "lib/atomic.hpp"

namespace brig::refused {

/// Remembers up to 64 ids; what comes later is not logged any more, which is logged.
class Log {
public:
    static constexpr uint32_t kSize = 64;
    enum class Answer { known, added, added_last, full };

    Answer add(uint64_t function);

private:
    SpinLock lock_;
    uint64_t seen_[kSize] = {};
    uint32_t count_ = 0;
};

void note(const Cell& cell, uint64_t function);

} // namespace brig::refused
