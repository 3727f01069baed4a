// SPDX-License-Identifier: Apache-2.0
// The register dump that existing parsers know: columns and spelling are part of the ABI.
#pragma once

#include "cpu/frame.hpp"

namespace brig {

/// `pc`: current ELR_EL2; `elr`: its value at the exception.
void dump_registers(const Frame& frame, uint64_t pc, uint64_t elr, uint64_t pstate, uint64_t sp,
                    uint64_t esr);

/// Eight words a line from `sp` on, up to `end`; `start` and `end` bound the stack.
void dump_stack(uint64_t start, uint64_t end, uint64_t sp);

} // namespace brig
