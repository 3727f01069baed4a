// SPDX-License-Identifier: Apache-2.0
#include "console/uart.hpp"

#include "brig_config.hpp"
#include "console/uart/drivers.hpp"

namespace brig::console {

const UartDriver* find_uart(uint8_t type) {
    const UartDriver* found = nullptr;
    const auto offer = [&](const UartDriver& driver) {
        if (driver.type == type)
            found = &driver;
    };
    if constexpr (config::uart_8250)
        offer(uart_8250);
    if constexpr (config::uart_pl011)
        offer(uart_pl011);
    if constexpr (config::uart_xuartps)
        offer(uart_xuartps);
    if constexpr (config::uart_mvebu)
        offer(uart_mvebu);
    if constexpr (config::uart_sh) {
        offer(uart_hscif);
        offer(uart_scifa);
        offer(uart_scif);
    }
    if constexpr (config::uart_imx)
        offer(uart_imx);
    if constexpr (config::uart_lpuart)
        offer(uart_lpuart);
    return found;
}

} // namespace brig::console
