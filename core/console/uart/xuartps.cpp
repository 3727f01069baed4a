// SPDX-License-Identifier: Apache-2.0
// Cadence UART of Xilinx Zynq. The firmware has initialised it.
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

constexpr uint64_t kStatus = 0x2c;
constexpr uint64_t kTransmit = 0x30;
constexpr uint32_t kTransmitEmpty = 1u << 3;

void put(const UartPort& port, char c) {
    if (wait_until([&] { return (arch::mmio_read32(port.base + kStatus) & kTransmitEmpty) != 0; }))
        arch::mmio_write32(port.base + kTransmit, static_cast<unsigned char>(c));
}

} // namespace

const UartDriver uart_xuartps{BRIG_CONSOLE_XUARTPS, nullptr, put};

} // namespace brig::console
