// SPDX-License-Identifier: Apache-2.0
// What an exit was for, in words.
#pragma once

#include "brig/exit.h"

#include <string>

namespace brig::trace {

enum class Kind { interrupt, hypercall, firmware, access, system_register, other };
constexpr unsigned num_kinds = 6;

Kind kind_of(const brig_exit& exit);
const char* kind_name(Kind kind); // "interrupt", "hvc", "smc", "access", "sysreg", "other"

// "interrupt 27 (virtual timer)", "smc PSCI_VERSION", "read 0x8000100", "write ICC_SGI1R_EL1": what
// belongs together has the same text.
std::string reason_of(const brig_exit& exit);

// Guest physical address of an abort; of a page-table walk only the page is known.
uint64_t address_of(const brig_exit& exit);

} // namespace brig::trace
