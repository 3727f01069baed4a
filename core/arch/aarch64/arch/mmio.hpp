// SPDX-License-Identifier: Apache-2.0
// Device registers. Inline assembly, so that the compiler can neither split, merge nor reorder an
// access, nor use an addressing form that has no syndrome when nested.
#pragma once

#include <cstdint>

namespace brig::arch {

inline uint8_t mmio_read8(uint64_t address) {
    uint32_t value;
    asm volatile("ldrb %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return static_cast<uint8_t>(value);
}
inline uint16_t mmio_read16(uint64_t address) {
    uint32_t value;
    asm volatile("ldrh %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return static_cast<uint16_t>(value);
}
inline uint32_t mmio_read32(uint64_t address) {
    uint32_t value;
    asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}
inline uint64_t mmio_read64(uint64_t address) {
    uint64_t value;
    asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}
inline void mmio_write8(uint64_t address, uint8_t value) {
    asm volatile("strb %w0, [%1]" ::"rZ"(value), "r"(address) : "memory");
}
inline void mmio_write16(uint64_t address, uint16_t value) {
    asm volatile("strh %w0, [%1]" ::"rZ"(value), "r"(address) : "memory");
}
inline void mmio_write32(uint64_t address, uint32_t value) {
    asm volatile("str %w0, [%1]" ::"rZ"(value), "r"(address) : "memory");
}
inline void mmio_write64(uint64_t address, uint64_t value) {
    asm volatile("str %x0, [%1]" ::"rZ"(value), "r"(address) : "memory");
}

} // namespace brig::arch
