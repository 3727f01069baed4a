// SPDX-License-Identifier: Apache-2.0
// UARTs: polled transmit only.
#pragma once

#include <stdint.h>

namespace brig {

struct Uart {
    uint64_t base;
    uint32_t divider;    // 0: leave the UART as it is
    bool byte_registers; // 8250: 8-bit registers without gaps instead of 32-bit ones
    bool mode_register;  // 8250: reset the mode register at the end of the initialisation
};

struct UartDriver {
    const char* name;               // as on the command line
    uint32_t type;                  // BRIG_CONSOLE_*
    void (*init)(const Uart& uart); // null: none needed
    bool (*ready)(const Uart& uart);
    void (*send)(const Uart& uart, uint8_t byte);
};

// Null when there is no such driver.
const UartDriver* find_uart_driver(uint32_t type);
const UartDriver* find_uart_driver(const char* name);

} // namespace brig
