// SPDX-License-Identifier: Apache-2.0
// Host twin: a test installs a bus that answers and records accesses.
#pragma once

#include <cstdint>

namespace brig::arch {

class FakeBus {
public:
    virtual uint64_t read(uint64_t address, unsigned size) = 0;
    virtual void write(uint64_t address, unsigned size, uint64_t value) = 0;

protected:
    ~FakeBus() = default;
};

inline FakeBus* fake_bus = nullptr;

inline uint8_t mmio_read8(uint64_t address) {
    return static_cast<uint8_t>(fake_bus->read(address, 1));
}
inline uint16_t mmio_read16(uint64_t address) {
    return static_cast<uint16_t>(fake_bus->read(address, 2));
}
inline uint32_t mmio_read32(uint64_t address) {
    return static_cast<uint32_t>(fake_bus->read(address, 4));
}
inline uint64_t mmio_read64(uint64_t address) {
    return fake_bus->read(address, 8);
}
inline void mmio_write8(uint64_t address, uint8_t value) {
    fake_bus->write(address, 1, value);
}
inline void mmio_write16(uint64_t address, uint16_t value) {
    fake_bus->write(address, 2, value);
}
inline void mmio_write32(uint64_t address, uint32_t value) {
    fake_bus->write(address, 4, value);
}
inline void mmio_write64(uint64_t address, uint64_t value) {
    fake_bus->write(address, 8, value);
}

} // namespace brig::arch
