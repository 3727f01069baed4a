// SPDX-License-Identifier: Apache-2.0
// What may be learned: what nobody has. Never what the hypervisor or another cell relies on.
#pragma once

#include <cstdint>

#include "cell/cell.hpp"

namespace brig::learn {

/// A translation fault of stage 2: nothing is mapped there. (Permission faults and the like are
/// violations also while learning: that page has a rule.)
bool is_translation_fault(uint64_t esr);

/// Why the root cell must not have the page at `page`, for the console; null: it may have it.
const char* obstacle(uint64_t page);

/// Whether a page region of the root cell's configuration covers the page.
bool is_listed(uint64_t page);

/// False for PSCI and SDEI: they would stop CPUs behind the hypervisor's back, or send the firmware
/// to an address of EL1 while at EL2.
constexpr bool may_forward(uint32_t function) {
    const uint32_t id = function & ~uint32_t{1u << 30}; // SMC32 and SMC64 alike
    return id < 0x84000000 || id > 0x8400003f;
}

} // namespace brig::learn
