// SPDX-License-Identifier: Apache-2.0
// From one CPU entering EL2 to all of them running the root cell (abi: loader.md 4.2).
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::setup {

/// Runs on every CPU with the MMU on. Success: the root cell is active and the CPU may return to
/// it. Error: the same on all CPUs; the CPU must be released.
Result<void> enter(Cpu& cpu);

/// Takes one CPU out of service again, as far as it had got. Hands the interrupt controller back.
void leave(Cpu& cpu);

} // namespace brig::setup
