// SPDX-License-Identifier: Apache-2.0
// Virtual SGIs on their way into the current CPU's list registers. GICv2 and GICv3 differ: there an
// SGI is pending once per sender.
#pragma once

#include "cpu/cpu.hpp"

namespace brig::sgi {

/// What other CPUs of the cell have sent.
void deliver(Cpu& cpu);
/// A physical SGI that is none of EL2's: the guest set it pending in a register of its own CPU, or
/// a CPU of Linux sent it just before it was taken over itself.
void accept(Cpu& cpu, uint32_t acknowledged);
/// After a maintenance interrupt: moves what waits, of all kinds, into list registers.
void refill(Cpu& cpu);

} // namespace brig::sgi
