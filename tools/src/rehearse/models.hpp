// SPDX-License-Identifier: Apache-2.0
// What the emulated machine has a model of.
#pragma once

#include "rehearse/twin.hpp"

namespace brig::rehearse {

// Enabled UARTs with a model, by address.
std::vector<Uart> modelled_uarts(const board::Tree& tree);

// The console: the UART of stdout-path if it has a model, else the first one that has; one that is
// disabled only if no other is there. Empty when there is none at all.
std::optional<Uart> console_uart(const board::Tree& tree, const board::Facts& facts);

// How many CPUs the firmware has room for.
inline constexpr size_t max_cpus = 32;

} // namespace brig::rehearse
