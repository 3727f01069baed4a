// SPDX-License-Identifier: Apache-2.0
#include "uart.hpp"

#include "arch.hpp"
#include "string.hpp"

#include <brig/config.h>

namespace brig {
namespace {

// 8250: registers by number, 32 or 8 bits wide.
void set_8250(const Uart& uart, unsigned reg, uint32_t value) {
    if (uart.byte_registers) {
        write8(uart.base + reg, value);
    } else {
        write32(uart.base + reg * 4, value);
    }
}
void init_8250(const Uart& uart) {
    set_8250(uart, 3, 0x80); // divisor access
    set_8250(uart, 0, uart.divider & 0xff);
    set_8250(uart, 1, 0);
    set_8250(uart, 3, 0x03); // 8 bits
    if (uart.mode_register) {
        set_8250(uart, 8, 0);
    }
}
bool ready_8250(const Uart& uart) {
    const uint32_t status = uart.byte_registers ? read8(uart.base + 5) : read32(uart.base + 5 * 4);
    return (status & 1u << 5) != 0;
}
void send_8250(const Uart& uart, uint8_t byte) {
    set_8250(uart, 0, byte);
}

void init_pl011(const Uart& uart) {
    write16(uart.base + 0x30, 0);
    while ((read8(uart.base + 0x18) & 1u << 3) != 0) {}
    write16(uart.base + 0x24, uart.divider);
    write8(uart.base + 0x2c, 0x60);    // 8 bits, no FIFO
    write16(uart.base + 0x30, 0x3101); // enable, transmit, OUT1, OUT2
}
bool ready_pl011(const Uart& uart) {
    return (read32(uart.base + 0x18) & (1u << 5 | 1u << 3)) == 0;
}
void send_pl011(const Uart& uart, uint8_t byte) {
    write32(uart.base, byte);
}

bool ready_xuartps(const Uart& uart) {
    return (read32(uart.base + 0x2c) & 1u << 3) != 0;
}
void send_xuartps(const Uart& uart, uint8_t byte) {
    write32(uart.base + 0x30, byte);
}

bool ready_mvebu(const Uart& uart) {
    return (read32(uart.base + 0x0c) & 1u << 11) == 0;
}
void send_mvebu(const Uart& uart, uint8_t byte) {
    write32(uart.base + 0x04, byte);
}

// The three SCIF variants differ in the place of their registers.
template <unsigned divider, unsigned clock_select, unsigned clock_value>
void init_scif(const Uart& uart) {
    const uint32_t control = read16(uart.base + 0x08);
    write16(uart.base + 0x08, control & ~0x30u);
    write8(uart.base + divider, uart.divider);
    write16(uart.base + clock_select, clock_value);
    write16(uart.base + 0x08, control | 1u << 5);
}
template <unsigned status, unsigned bits>
bool ready_scif(const Uart& uart) {
    return (read16(uart.base + status) & bits) != 0;
}
template <unsigned status, unsigned data>
void send_scif(const Uart& uart, uint8_t byte) {
    write8(uart.base + data, byte);
    write16(uart.base + status, read16(uart.base + status) & ~0x60u);
}

bool ready_imx(const Uart& uart) {
    return (read32(uart.base + 0xb4) & 1u << 6) != 0;
}
void send_imx(const Uart& uart, uint8_t byte) {
    if ((read32(uart.base + 0x80) & 1) != 0) {
        write32(uart.base + 0x40, byte);
    }
}

bool ready_lpuart(const Uart& uart) {
    return (read32(uart.base + 0x14) & 1u << 23) != 0;
}
void send_lpuart(const Uart& uart, uint8_t byte) {
    write32(uart.base + 0x1c, byte);
}

constexpr UartDriver drivers[] = {
    {"8250", BRIG_CONSOLE_8250, init_8250, ready_8250, send_8250},
    {"PL011", BRIG_CONSOLE_PL011, init_pl011, ready_pl011, send_pl011},
    {"XUARTPS", BRIG_CONSOLE_XUARTPS, nullptr, ready_xuartps, send_xuartps},
    {"MVEBU", BRIG_CONSOLE_MVEBU, nullptr, ready_mvebu, send_mvebu},
    {"HSCIF", BRIG_CONSOLE_HSCIF, init_scif<0x04, 0x58, 64>, ready_scif<0x10, 0x20>,
     send_scif<0x10, 0x0c>},
    {"SCIFA", BRIG_CONSOLE_SCIFA, init_scif<0x04, 0x18, 0>, ready_scif<0x14, 0x20>,
     send_scif<0x14, 0x20>},
    {"IMX", BRIG_CONSOLE_IMX, nullptr, ready_imx, send_imx},
    {"IMX-LPUART", BRIG_CONSOLE_LPUART, nullptr, ready_lpuart, send_lpuart},
    {"SCIF", BRIG_CONSOLE_SCIF, nullptr, ready_scif<0x10, 0x60>, send_scif<0x10, 0x0c>},
};

} // namespace

const UartDriver* find_uart_driver(uint32_t type) {
    for (const UartDriver& driver : drivers) {
        if (driver.type == type) {
            return &driver;
        }
    }
    return nullptr;
}

const UartDriver* find_uart_driver(const char* name) {
    for (const UartDriver& driver : drivers) {
        if (equal(driver.name, name)) {
            return &driver;
        }
    }
    return nullptr;
}

} // namespace brig
