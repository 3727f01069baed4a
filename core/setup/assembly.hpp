// SPDX-License-Identifier: Apache-2.0
// All CPUs doing something together or not at all, again and again.
#pragma once

#include "lib/atomic.hpp"
#include "lib/error.hpp"

namespace brig::setup {

class Assembly {
public:
    /// Registers the caller with its own verdict (0, or a negative errno: the first such counts for
    /// all). Returns the common verdict when `expected` CPUs are there, or -EBUSY when
    /// `timed_out()` says so before. Every caller of one attempt gets the same answer.
    template <typename TimedOut>
    int32_t join(uint32_t expected, int32_t verdict, TimedOut timed_out) {
        lock_.lock();
        const uint32_t attempt = attempt_;
        if (verdict_ == 0)
            verdict_ = verdict;
        if (++present_ == expected)
            close();
        while (attempt_ == attempt) {
            lock_.unlock();
            const bool late = timed_out();
            lock_.lock();
            if (late && attempt_ == attempt) {
                verdict_ = static_cast<int32_t>(Error::busy);
                close();
            }
        }
        const int32_t result = closed_[attempt % kRemembered];
        lock_.unlock();
        return result;
    }

private:
    void close() {
        closed_[attempt_ % kRemembered] = verdict_;
        attempt_++;
        present_ = 0;
        verdict_ = 0;
    }

    static constexpr uint32_t kRemembered = 4; // attempts whose verdict a slow CPU can still read

    SpinLock lock_;
    uint32_t attempt_ = 0;
    uint32_t present_ = 0;
    int32_t verdict_ = 0;
    int32_t closed_[kRemembered] = {};
};

} // namespace brig::setup
