// SPDX-License-Identifier: Apache-2.0
// All CPUs in lockstep: nobody passes a phase before everybody has reached it, and an error of one
// is the error of all.
#pragma once

#include "arch/guest.hpp"
#include "lib/atomic.hpp"
#include "lib/error.hpp"

namespace brig {

class Rendezvous {
public:
    /// Waits until `count` CPUs have called this for the phase, for at most `seconds`.
    /// Errors: what any CPU has reported; busy if the others did not come.
    Result<void> reach(uint32_t phase, uint32_t count, uint64_t seconds) {
        const uint64_t limit = arch::counter() + seconds * arch::counter_frequency();
        arrived_[phase].fetch_add(1);
        while (arrived_[phase].load_acquire() < count) {
            if (error_.load_acquire() != 0)
                break;
            if (arch::counter() > limit)
                report(Error::busy);
            arch::relax();
        }
        return verdict();
    }

    /// The first error counts.
    void report(Error error) {
        int32_t none = 0;
        error_.compare_exchange(none, static_cast<int32_t>(error));
    }
    Result<void> verdict() const {
        const int32_t error = error_.load_acquire();
        return error == 0 ? Result<void>{} : Result<void>{static_cast<Error>(error)};
    }

    static constexpr uint32_t kPhases = 4;

private:
    Atomic<uint32_t> arrived_[kPhases];
    Atomic<int32_t> error_;
};

} // namespace brig
