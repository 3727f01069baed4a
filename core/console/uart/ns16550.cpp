// SPDX-License-Identifier: Apache-2.0
// 8250/16550, with 8-bit registers side by side or 32-bit registers four bytes apart (DesignWare).
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr unsigned kTransmit = 0;
constexpr unsigned kDividerLow = 0;
constexpr unsigned kDividerHigh = 1;
constexpr unsigned kLineControl = 3;
constexpr unsigned kLineStatus = 5;

constexpr uint8_t kDividerAccess = 0x80;
constexpr uint8_t kEightBits = 0x03;
constexpr uint32_t kTransmitEmpty = 1u << 5;

void write(const UartPort& port, unsigned index, uint8_t value) {
    if (port.wide_registers)
        arch::mmio_write32(port.base + index * 4, value);
    else
        arch::mmio_write8(port.base + index, value);
}

uint32_t read(const UartPort& port, unsigned index) {
    return port.wide_registers ? arch::mmio_read32(port.base + index * 4)
                               : arch::mmio_read8(port.base + index);
}

void init(const UartPort& port, uint32_t divider) {
    write(port, kLineControl, kDividerAccess);
    write(port, kDividerLow, static_cast<uint8_t>(divider));
    write(port, kDividerHigh, static_cast<uint8_t>(divider >> 8));
    write(port, kLineControl, kEightBits);
}

bool put(const UartPort& port, char c) {
    if (!wait_until([&] { return (read(port, kLineStatus) & kTransmitEmpty) != 0; }))
        return false;
    write(port, kTransmit, static_cast<uint8_t>(c));
    return true;
}

} // namespace

const UartDriver uart_8250{BRIG_CONSOLE_8250, init, put};

} // namespace brig::console
