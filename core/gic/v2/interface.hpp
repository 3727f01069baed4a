// SPDX-License-Identifier: Apache-2.0
// The CPU interface: from Linux's physical one to a virtual one in the same state, and back. All
// for the current CPU, whose registers these are.
#pragma once

#include "gic/cpu_state.hpp"

namespace brig::gicv2 {

void adopt_interface(GicCpuState& state);
/// Writes the guest's settings back and makes pending again what it has not seen yet.
void release_interface(GicCpuState& state);
/// No virtual interrupt is signalled until reset_interface(): one that is pending would end every
/// WFI of a parked CPU at once.
void stop_interface();
/// Priority mask, group enable and EOI mode as after reset; virtual interrupts are signalled.
void reset_interface();

} // namespace brig::gicv2
