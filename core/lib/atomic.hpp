// SPDX-License-Identifier: Apache-2.0
// Atomics whose memory order is visible at the call, and a spin lock with its guard.
#pragma once

#include <cstdint>

#include "arch/cpu_hints.hpp"

namespace brig {

/// Every operation names its order; there is no implicit conversion.
template <typename T>
class Atomic {
public:
    constexpr Atomic() = default;
    constexpr explicit Atomic(T value) : value_{value} {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    T load_relaxed() const { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
    T load_acquire() const { return __atomic_load_n(&value_, __ATOMIC_ACQUIRE); }
    void store_relaxed(T value) { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }
    void store_release(T value) { __atomic_store_n(&value_, value, __ATOMIC_RELEASE); }
    T exchange(T value) { return __atomic_exchange_n(&value_, value, __ATOMIC_ACQ_REL); }
    /// True if `expected` was there; otherwise `expected` becomes what is there.
    bool compare_exchange(T& expected, T desired) {
        return __atomic_compare_exchange_n(&value_, &expected, desired, false, __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE);
    }
    T fetch_add(T value) { return __atomic_fetch_add(&value_, value, __ATOMIC_ACQ_REL); }
    T fetch_and(T value) { return __atomic_fetch_and(&value_, value, __ATOMIC_ACQ_REL); }
    T fetch_or(T value) { return __atomic_fetch_or(&value_, value, __ATOMIC_ACQ_REL); }

private:
    T value_{};
};

class SpinLock {
public:
    SpinLock() = default;
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    bool try_lock() { return held_.exchange(1) == 0; }
    void lock() {
        while (!try_lock())
            arch::relax();
    }
    void unlock() { held_.store_release(0); }

private:
    Atomic<uint32_t> held_;
};

class LockGuard {
public:
    explicit LockGuard(SpinLock& lock) : lock_{lock} { lock_.lock(); }
    ~LockGuard() { lock_.unlock(); }
    LockGuard(const LockGuard&) = delete;
    LockGuard& operator=(const LockGuard&) = delete;

private:
    SpinLock& lock_;
};

} // namespace brig
