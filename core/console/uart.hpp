// SPDX-License-Identifier: Apache-2.0
// UART drivers: transmit only, polled. Kconfig chooses which are built in; the configuration
// chooses one.
#pragma once

#include <cstdint>

namespace brig::console {

struct UartPort {
    uint64_t base;
    bool wide_registers; // 8250: registers are 32 bits wide and 4 bytes apart
};

struct UartDriver {
    uint8_t type;                                         // BRIG_CONSOLE_*
    void (*init)(const UartPort& port, uint32_t divider); // null: nothing to do
    bool (*put)(const UartPort& port, char c);            // false: dropped
};

/// Null for a type that is unknown or not built in.
const UartDriver* find_uart(uint8_t type);

/// A UART that is never ready must not stop EL2: after this many polls the byte is dropped.
constexpr unsigned kUartPolls = 1000000;

template <typename Ready>
bool wait_until(Ready ready) {
    for (unsigned i = 0; i < kUartPolls; i++)
        if (ready())
            return true;
    return false;
}

} // namespace brig::console
