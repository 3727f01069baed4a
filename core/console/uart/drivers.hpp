// SPDX-License-Identifier: Apache-2.0
// One object per UART type, each defined in its own file.
#pragma once

#include "console/uart.hpp"

namespace brig::console {

extern const UartDriver uart_8250;
extern const UartDriver uart_pl011;
extern const UartDriver uart_xuartps;
extern const UartDriver uart_mvebu;
extern const UartDriver uart_hscif;
extern const UartDriver uart_scifa;
extern const UartDriver uart_scif;
extern const UartDriver uart_imx;
extern const UartDriver uart_lpuart;

/// A driver as a type, for the board record's console: Uart<uart_pl011>.
template <const UartDriver& object>
struct Uart {
    static constexpr const UartDriver& driver = object;
};

} // namespace brig::console
