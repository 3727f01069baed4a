// SPDX-License-Identifier: Apache-2.0
// NXP i.MX UART. The firmware has initialised it.
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr uint64_t kStatus = 0xb4;
constexpr uint64_t kTransmit = 0x40;
constexpr uint64_t kControl = 0x80;
constexpr uint32_t kEnabled = 1u << 0;
constexpr uint32_t kTransmitEmpty = 1u << 6;

bool put(const UartPort& port, char c) {
    const auto ready = [&] {
        return (arch::mmio_read32(port.base + kStatus) & kTransmitEmpty) != 0;
    };
    // A write to one that Linux has switched off would hang the bus.
    if (!wait_until(ready) || (arch::mmio_read32(port.base + kControl) & kEnabled) == 0)
        return false;
    arch::mmio_write32(port.base + kTransmit, static_cast<unsigned char>(c));
    return true;
}

} // namespace

const UartDriver uart_imx{BRIG_CONSOLE_IMX, nullptr, put};

} // namespace brig::console
