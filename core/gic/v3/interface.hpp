// SPDX-License-Identifier: Apache-2.0
// The CPU interface: from Linux's physical one to a virtual one in the same state, and back.
#pragma once

#include "gic/cpu_state.hpp"

namespace brig::gicv3 {

/// False if software has left the CPU interface in its memory-mapped mode (ICC_SRE_EL2.SRE clear).
bool has_system_registers();
void adopt_interface(GicCpuState& state);
/// Writes the guest's settings back and re-pends what it has not seen yet. `gicd`: physical
/// address.
void release_interface(GicCpuState& state, uint64_t gicd, uint64_t mpidr);
/// No virtual interrupt is signalled until reset_interface(): one that is pending would end every
/// WFI of a parked CPU at once.
void stop_interface();
/// Priority mask, group enable and EOI mode as after reset; virtual interrupts are signalled.
void reset_interface();
/// The same of the physical interface, where the guest owns it.
void stop_physical_interface();
void reset_physical_interface();
/// True if an LPI waits in the virtual interface. It cannot be made pending again from here.
bool holds_lpi(const GicCpuState& state);

} // namespace brig::gicv3
