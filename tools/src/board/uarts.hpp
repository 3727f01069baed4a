// SPDX-License-Identifier: Apache-2.0
// Which console type the UARTs of device trees are.
#pragma once

#include "board/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace brig::board {

struct UartType {
    unsigned id;               // BRIG_CONSOLE_*
    std::string_view con_type; // word of the inmates' con-type parameter
    std::string_view language; // word of the partition language
    std::string_view driver;   // object in core/console/uart/drivers.hpp
    std::string_view kconfig;  // option that builds it in
};

struct UartMatch {
    const UartType* type = nullptr;       // null: Brig has no driver for it
    std::optional<unsigned> reg_distance; // 8250 only: bytes between registers, 1 or 4
    std::string note;                     // what to know about it; may be empty
};

// Is it a UART at all, and of which type? Empty: the node is no UART that Linux knows.
std::optional<UartMatch> match_uart(const Node& node);

} // namespace brig::board
