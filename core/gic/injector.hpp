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

/// List register fields (IHI 0069, 12.4.6).
namespace lr {
constexpr uint64_t kPending = 1ull << 62;
constexpr uint64_t kActive = 1ull << 63;
constexpr uint64_t kHardware = 1ull << 61;
constexpr uint64_t kGroup1 = 1ull << 60;
constexpr unsigned kPhysicalShift = 32;

constexpr uint32_t intid(uint64_t value) {
    return static_cast<uint32_t>(value);
}
} // namespace lr

} // namespace brig::injector
