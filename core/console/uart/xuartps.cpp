// SPDX-License-Identifier: Apache-2.0
// Cadence UART of Xilinx Zynq: transmit FIFO empty.
#include "brig/config.h"
#include "console/uart/polled.hpp"

namespace brig::console {

namespace {

constexpr PolledLayout kLayout{
    .status = 0x2c, .mask = 1u << 3, .ready_when_set = true, .transmit = 0x30};

} // namespace

const UartDriver uart_xuartps{BRIG_CONSOLE_XUARTPS, nullptr, polled_put<kLayout>};

} // namespace brig::console
