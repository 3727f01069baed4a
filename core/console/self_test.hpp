// SPDX-License-Identifier: Apache-2.0
// One line on the debug console while Linux still has the machine (include/brig/image.h).
#pragma once

#include "brig/config.h"
#include "lib/error.hpp"

namespace brig::console {

/// Runs with the MMU off: no lock, no virtual console, nothing remembered. Opens its clock gate and
/// programs the UART if the configuration gives a divider, as enabling would. Errors: no_device, no
/// driver for it; invalid, a clock gate that cannot exist; busy, it does not take the bytes.
Result<void> self_test(const brig_console& description, const char* board);

} // namespace brig::console
