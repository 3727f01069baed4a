// SPDX-License-Identifier: Apache-2.0
// Virtual interrupts of the current CPU: list registers first, the pending set when they are all
// taken. No locks: a CPU's virtual interface is its own.
#pragma once

#include <cstdint>

#include "gic/cpu_state.hpp"

namespace brig::injector {

/// A physical interrupt that was acknowledged and not deactivated: the guest's deactivation of the
/// virtual one deactivates it.
void inject_hardware(GicCpuState& state, uint32_t intid);

/// An interrupt without a physical counterpart: SGI or LPI. Merges with one that is still pending.
void inject_software(GicCpuState& state, uint32_t intid);

/// After list registers have become free: moves pending interrupts in.
void refill(GicCpuState& state);

/// Empties the virtual interface, for a CPU that changes hands. Physically active interrupts that
/// the guest will never end are deactivated.
void clear(GicCpuState& state);

/// True if the guest would take an interrupt now, or has one in a list register.
bool has_pending(const GicCpuState& state);

/// For a CPU that EL2 gives back: an acknowledged interrupt of 16 and up that the guest has not
/// taken becomes pending in hardware and inactive. `base`: the frame with its registers, see
/// private_interrupts.hpp.
void repend(uint64_t base, uint32_t intid);

} // namespace brig::injector
