// SPDX-License-Identifier: Apache-2.0
// Marvell Armada 3700 UART. The firmware has initialised it.
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr uint64_t kStatus = 0x0c;
constexpr uint64_t kTransmit = 0x04;
constexpr uint32_t kTransmitFull = 1u << 11;

void put(const UartPort& port, char c) {
    if (wait_until([&] { return (arch::mmio_read32(port.base + kStatus) & kTransmitFull) == 0; }))
        arch::mmio_write32(port.base + kTransmit, static_cast<unsigned char>(c));
}

} // namespace

const UartDriver uart_mvebu{BRIG_CONSOLE_MVEBU, nullptr, put};

} // namespace brig::console
