// SPDX-License-Identifier: Apache-2.0
// NXP i.MX LPUART: transmit data register empty.
#include "brig/config.h"
#include "console/uart/polled.hpp"

namespace brig::console {

namespace {

constexpr PolledLayout kLayout{
    .status = 0x14, .mask = 1u << 23, .ready_when_set = true, .transmit = 0x1c};

} // namespace

const UartDriver uart_lpuart{BRIG_CONSOLE_LPUART, nullptr, polled_put<kLayout>};

} // namespace brig::console
