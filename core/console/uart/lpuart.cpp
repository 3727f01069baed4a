// SPDX-License-Identifier: Apache-2.0
// NXP i.MX LPUART. The firmware has initialised it.
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr uint64_t kStatus = 0x14;
constexpr uint64_t kTransmit = 0x1c;
constexpr uint32_t kTransmitEmpty = 1u << 23;

void put(const UartPort& port, char c) {
    if (wait_until([&] { return (arch::mmio_read32(port.base + kStatus) & kTransmitEmpty) != 0; }))
        arch::mmio_write32(port.base + kTransmit, static_cast<unsigned char>(c));
}

} // namespace

const UartDriver uart_lpuart{BRIG_CONSOLE_LPUART, nullptr, put};

} // namespace brig::console
