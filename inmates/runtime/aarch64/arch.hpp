// SPDX-License-Identifier: Apache-2.0
// System registers, barriers, MMIO and a spin lock.
#pragma once

#include <stdint.h>

#define INMATE_STRING(x) #x
#define INMATE_EXPAND(x) INMATE_STRING(x)

// read_sysreg(NAME), write_sysreg(NAME, value): NAME as the assembler knows it.
#define read_sysreg(name)                                                            \
    (__extension__({                                                                 \
        uint64_t sysreg_value;                                                       \
        asm volatile("mrs %0, " INMATE_EXPAND(name) : "=r"(sysreg_value)::"memory"); \
        sysreg_value;                                                                \
    }))
#define write_sysreg(name, value) \
    asm volatile("msr " INMATE_EXPAND(name) ", %x0" ::"rZ"(uint64_t{value}) : "memory")

namespace brig {

inline void isb() {
    asm volatile("isb" ::: "memory");
}
inline void dsb() {
    asm volatile("dsb sy" ::: "memory");
}
inline void dmb() {
    asm volatile("dmb sy" ::: "memory");
}
inline void wfi() {
    asm volatile("wfi" ::: "memory");
}
inline void yield() {
    asm volatile("yield" ::: "memory");
}

inline void irq_enable() {
    asm volatile("msr daifclr, #2" ::: "memory");
}
inline void irq_disable() {
    asm volatile("msr daifset, #2" ::: "memory");
}

// Plain loads and stores: the only form whose syndrome a hypervisor can decode.
inline uint8_t read8(uint64_t address) {
    uint32_t v;
    asm volatile("ldrb %w0, [%1]" : "=r"(v) : "r"(address) : "memory");
    return static_cast<uint8_t>(v);
}
inline uint16_t read16(uint64_t address) {
    uint32_t v;
    asm volatile("ldrh %w0, [%1]" : "=r"(v) : "r"(address) : "memory");
    return static_cast<uint16_t>(v);
}
inline uint32_t read32(uint64_t address) {
    uint32_t v;
    asm volatile("ldr %w0, [%1]" : "=r"(v) : "r"(address) : "memory");
    return v;
}
inline uint64_t read64(uint64_t address) {
    uint64_t v;
    asm volatile("ldr %0, [%1]" : "=r"(v) : "r"(address) : "memory");
    return v;
}
inline void write8(uint64_t address, uint32_t v) {
    asm volatile("strb %w0, [%1]" ::"rZ"(v), "r"(address) : "memory");
}
inline void write16(uint64_t address, uint32_t v) {
    asm volatile("strh %w0, [%1]" ::"rZ"(v), "r"(address) : "memory");
}
inline void write32(uint64_t address, uint32_t v) {
    asm volatile("str %w0, [%1]" ::"rZ"(v), "r"(address) : "memory");
}
inline void write64(uint64_t address, uint64_t v) {
    asm volatile("str %x0, [%1]" ::"rZ"(v), "r"(address) : "memory");
}

// Index of this CPU in the cell: 0 is the boot CPU, the others in the order of start_cpu().
inline unsigned cpu_index() {
    return static_cast<unsigned>(read_sysreg(tpidr_el1));
}

constexpr uint64_t affinity_mask = 0xff'00ff'ffff;
inline uint64_t own_affinity() {
    return read_sysreg(mpidr_el1) & affinity_mask;
}

// Masks interrupts on this CPU and keeps the other CPUs out until the end of the scope.
class SpinLock {
public:
    uint64_t lock() {
        const uint64_t flags = read_sysreg(daif);
        irq_disable();
        while (__atomic_exchange_n(&taken_, 1u, __ATOMIC_ACQUIRE) != 0) {
            yield();
        }
        return flags;
    }
    void unlock(uint64_t flags) {
        __atomic_store_n(&taken_, 0u, __ATOMIC_RELEASE);
        write_sysreg(daif, flags);
    }

private:
    uint32_t taken_ = 0;
};

class LockGuard {
public:
    explicit LockGuard(SpinLock& lock) : lock_(lock), flags_(lock.lock()) {}
    ~LockGuard() { lock_.unlock(flags_); }
    LockGuard(const LockGuard&) = delete;
    LockGuard& operator=(const LockGuard&) = delete;

private:
    SpinLock& lock_;
    uint64_t flags_;
};

// Stops this CPU for good, interrupts masked.
extern "C" [[noreturn]] void inmate_stop();

// Leaves the MMU and the data cache off: addresses are flat and executable. Spin locks must not
// be used afterwards.
extern "C" void disable_mmu();

} // namespace brig
