// SPDX-License-Identifier: Apache-2.0
// Host twin of inmates/runtime/aarch64/arch.hpp, as far as the tested parts need it: a test
// installs a bus that answers.
#pragma once

#include <stdint.h>

namespace brig {

class FakeBus {
public:
    virtual uint64_t read(uint64_t address, unsigned size) = 0;
    virtual void write(uint64_t address, unsigned size, uint64_t value) = 0;

protected:
    ~FakeBus() = default;
};

inline FakeBus* fake_bus = nullptr;

inline uint8_t read8(uint64_t address) {
    return static_cast<uint8_t>(fake_bus->read(address, 1));
}
inline uint16_t read16(uint64_t address) {
    return static_cast<uint16_t>(fake_bus->read(address, 2));
}
inline uint32_t read32(uint64_t address) {
    return static_cast<uint32_t>(fake_bus->read(address, 4));
}
inline uint64_t read64(uint64_t address) {
    return fake_bus->read(address, 8);
}
// The real ones store the low bits of the value, too.
inline void write8(uint64_t address, uint32_t v) {
    fake_bus->write(address, 1, v & 0xff);
}
inline void write16(uint64_t address, uint32_t v) {
    fake_bus->write(address, 2, v & 0xffff);
}
inline void write32(uint64_t address, uint32_t v) {
    fake_bus->write(address, 4, v);
}

inline void yield() {}

} // namespace brig
