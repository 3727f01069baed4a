// SPDX-License-Identifier: Apache-2.0
// The virtual timer. Times are counter ticks unless a name says otherwise.
#pragma once

#include "arch.hpp"

namespace brig::timer {

constexpr unsigned virtual_ppi = 27;

inline uint64_t frequency() {
    return read_sysreg(cntfrq_el0);
}

inline uint64_t now() {
    isb();
    return read_sysreg(cntvct_el0);
}

// Exact for all frequencies and for spans far beyond a day.
inline uint64_t from_us(uint64_t us) {
    return us / 1000000 * frequency() + us % 1000000 * frequency() / 1000000;
}
inline uint64_t to_ns(uint64_t ticks) {
    return ticks / frequency() * 1000000000 + ticks % frequency() * 1000000000 / frequency();
}

// The interrupt line goes high at this count and stays so until the timer is armed anew or stopped.
inline void arm_at(uint64_t count) {
    write_sysreg(cntv_cval_el0, count);
    write_sysreg(cntv_ctl_el0, 1);
    isb();
}
inline void arm_in(uint64_t ticks) {
    arm_at(now() + ticks);
}
inline void stop() {
    write_sysreg(cntv_ctl_el0, 2);
    isb();
}

// A point in time to wait for something in a polling loop.
class Deadline {
public:
    explicit Deadline(uint64_t us) : end_(now() + from_us(us)) {}
    bool passed() const { return now() >= end_; }

private:
    uint64_t end_;
};

// Polls until condition() holds. False when it did not within the time.
template <typename Condition>
bool wait_for(Condition condition, uint64_t us) {
    const Deadline deadline(us);
    while (!condition()) {
        if (deadline.passed()) {
            return condition();
        }
        yield();
    }
    return true;
}

} // namespace brig::timer
