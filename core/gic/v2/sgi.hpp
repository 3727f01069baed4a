// SPDX-License-Identifier: Apache-2.0
// SGIs of version 2: pending once per sender, sent by a register of the distributor. Cells see the
// hardware's numbers of the CPU interfaces.
#pragma once

#include "cell/cell.hpp"
#include "cpu/cpu.hpp"

namespace brig::gicv2 {

/// After cpu.gic.interface has been found: SGIs to that interface are for this CPU.
void add_target(Cpu& cpu);
/// One bit per CPU interface of a cell, as in target lists.
uint32_t interfaces_of(const Cell& cell);

/// Sends a physical SGI; earlier stores are visible to the CPU.
void send_physical(unsigned intid, const Cpu& target);

/// A write to GICD_SGIR by the guest of the current CPU.
void send(Cpu& sender, uint32_t sgir);

/// The current CPU's pending SGIs as in GICD_SPENDSGIR<word>: a byte per SGI, a bit per sender.
uint32_t pending_sources(const Cpu& cpu, unsigned word);
void set_pending(Cpu& cpu, unsigned word, uint32_t sources);
void clear_pending(Cpu& cpu, unsigned word, uint32_t sources);

/// One bit per SGI of the current CPU.
uint32_t pending_sgis(const Cpu& cpu);
uint32_t active_sgis(const Cpu& cpu);
void deactivate(Cpu& cpu, uint32_t sgis);

} // namespace brig::gicv2
