// SPDX-License-Identifier: Apache-2.0
// Marvell Armada 3700 UART: transmit FIFO full.
#include "brig/config.h"
#include "console/uart/polled.hpp"

namespace brig::console {

namespace {

constexpr PolledLayout kLayout{
    .status = 0x0c, .mask = 1u << 11, .ready_when_set = false, .transmit = 0x04};

} // namespace

const UartDriver uart_mvebu{BRIG_CONSOLE_MVEBU, nullptr, polled_put<kLayout>};

} // namespace brig::console
