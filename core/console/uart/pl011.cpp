// SPDX-License-Identifier: Apache-2.0
// Arm PL011 (DDI 0183).
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr uint64_t kData = 0x00;
constexpr uint64_t kFlags = 0x18;
constexpr uint64_t kIntegerDivider = 0x24;
constexpr uint64_t kLineControl = 0x2c;
constexpr uint64_t kControl = 0x30;

constexpr uint32_t kBusy = 1u << 3;
constexpr uint32_t kTransmitFull = 1u << 5;
constexpr uint8_t kEightBits = 0x60;
constexpr uint16_t kEnable = 0x3101; // enable, transmit enable, out1, out2

void init(const UartPort& port, uint32_t divider) {
    arch::mmio_write16(port.base + kControl, 0);
    wait_until([&] { return (arch::mmio_read8(port.base + kFlags) & kBusy) == 0; });
    arch::mmio_write16(port.base + kIntegerDivider, static_cast<uint16_t>(divider));
    arch::mmio_write8(port.base + kLineControl, kEightBits);
    arch::mmio_write16(port.base + kControl, kEnable);
}

bool put(const UartPort& port, char c) {
    const auto ready = [&] {
        return (arch::mmio_read32(port.base + kFlags) & (kBusy | kTransmitFull)) == 0;
    };
    if (!wait_until(ready))
        return false;
    arch::mmio_write32(port.base + kData, static_cast<unsigned char>(c));
    return true;
}

} // namespace

const UartDriver uart_pl011{BRIG_CONSOLE_PL011, init, put};

} // namespace brig::console
