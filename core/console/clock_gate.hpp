// SPDX-License-Identifier: Apache-2.0
// The clock of a console: a UART that Linux does not use may have lost it.
#pragma once

#include "brig/config.h"
#include "lib/error.hpp"

namespace brig::console {

/// Opens the gate that the description names (clock_reg, gate_nr and two flags); without one,
/// nothing happens. The register must be mapped. Error: invalid, if it cannot exist.
Result<void> open_clock_gate(const brig_console& description);

} // namespace brig::console
