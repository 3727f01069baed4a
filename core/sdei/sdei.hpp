// SPDX-License-Identifier: Apache-2.0
// Software delegated exceptions (Arm DEN 0054) as the way to call a CPU into EL2. No physical
// interrupt needs to arrive at EL2 then, so cells take theirs themselves, with no exit at all (abi:
// cells.md 6.7). Event 0 withdraws the CPU's stage 2: the next instruction of its guest faults.
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::sdei {

/// On every CPU, before its interrupt interface is taken over. On the first one firmware without
/// SDEI, or one whose event 0 does not arrive, leaves everything to interrupts of EL2
/// (sys.direct_interrupts stays false). Errors: io (this CPU's firmware does not do what the first
/// CPU's does).
Result<void> enter(Cpu& cpu);
/// On a CPU that is given back. Does nothing where enter() did nothing.
void leave(Cpu& cpu);

/// Withdraws the stage 2 of another CPU, whatever that is doing.
void signal(const Cpu& target);

} // namespace brig::sdei
