// SPDX-License-Identifier: Apache-2.0
// The UART that the board record names. It speaks from the first CPU's arrival until the
// configuration's console is open, so that a configuration that cannot be used has somebody to say
// so.
#pragma once

#include "console/console.hpp"
#include "console/uart.hpp"

namespace brig::console {

struct EarlyUart {
    const UartDriver* driver = nullptr; // null: the board has none
    UartPort port{};
    uint32_t divider = 0;
};

/// Of the board record's `console`.
template <typename Console>
constexpr EarlyUart early_uart(const Console& console) {
    if constexpr (config::early_console && requires { Console::Uart::driver; })
        return {&Console::Uart::driver, {console.address, console.wide_registers}, console.divider};
    else
        return {};
}

/// Programs it if it has a divider. Until then nothing is printed.
void open_early(const EarlyUart& uart);

void vprint_alone(const char* text, const FormatArg* args, size_t count);

/// As print(), for a CPU that knows itself alone: without the lock, which needs the MMU.
template <typename... Args>
void print_alone(const char* text, Args... args) {
    const FormatArg list[] = {FormatArg{args}..., FormatArg{0u}};
    vprint_alone(text, list, sizeof...(args));
}

} // namespace brig::console
