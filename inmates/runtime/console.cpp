// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include "cmdline.hpp"
#include "comm.hpp"
#include "hypercall.hpp"
#include "uart.hpp"

namespace brig::console {
namespace {

const UartDriver* driver;
Uart uart;
bool use_hypercall;

#define console_field(field) (BRIG_COMM_BASE + BRIG_OFFSETOF(brig_comm_region, console.field))

const UartDriver* choose_driver() {
    char name[16];
    if (cmdline_string("con-type", name, sizeof(name))) {
        return find_uart_driver(name);
    }
    return find_uart_driver(read16(console_field(type)));
}

// One bit of a clock controller. With the write-masked kind the upper half selects what a write
// changes. A bit that cannot exist is left alone.
void open_clock_gate(uint16_t flags) {
    const uint64_t reg = cmdline_int("con-clock-reg", read64(console_field(clock_reg)));
    if (reg == 0) {
        return;
    }
    const bool masked = (flags & BRIG_CON_WRITE_MASKED_GATE) != 0;
    const bool inverted = cmdline_bool("con-gate-inverted", (flags & BRIG_CON_INVERTED_GATE) != 0);
    const uint64_t number = cmdline_int("con-gate-nr", read32(console_field(gate_nr)));
    if (number >= (masked ? 16 : 32)) {
        return;
    }
    const uint32_t gate = 1u << number;
    if (masked) {
        write32(reg, gate << 16 | (inverted ? gate : 0));
    } else {
        const uint32_t old = read32(reg);
        write32(reg, inverted ? old & ~gate : old | gate);
    }
}

// Another user of a shared UART may be in the middle of a transmission.
void wait_until_idle() {
    for (unsigned in_a_row = 0; in_a_row < 100;) {
        in_a_row = driver->ready(uart) ? in_a_row + 1 : 0;
    }
}

void send(char c) {
    if (driver != nullptr) {
        while (!driver->ready(uart)) {
            yield();
        }
        driver->send(uart, static_cast<uint8_t>(c));
    }
    if (use_hypercall) {
        hypercall(BRIG_HC_CONSOLE_PUTC, static_cast<uint8_t>(c));
    }
}

} // namespace

void init() {
    const uint32_t permissions = comm_read32(flags);
    use_hypercall = (permissions & BRIG_COMM_CONSOLE_PERMITTED) != 0 &&
                    cmdline_bool("con-virtual", (permissions & BRIG_COMM_CONSOLE_ACTIVE) != 0);

    const uint16_t flags = read16(console_field(flags));
    driver = choose_driver();
    uart.base = cmdline_int("con-base", read64(console_field(address)));
    uart.divider =
        static_cast<uint32_t>(cmdline_int("con-divider", read32(console_field(divider))));
    uart.byte_registers = cmdline_bool("con-regdist-1", (flags & BRIG_CON_REGDIST_4) == 0);
    uart.mode_register = (flags & BRIG_CON_MDR_QUIRK) != 0;
    if (driver == nullptr || uart.base == 0) {
        driver = nullptr;
        return;
    }
    open_clock_gate(flags);
    if (uart.divider == 0) {
        wait_until_idle();
    } else if (driver->init != nullptr) {
        driver->init(uart);
    }
}

void put(char c) {
    if (c == '\n') {
        send('\r');
    }
    send(c);
}

} // namespace brig::console
