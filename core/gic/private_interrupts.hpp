// SPDX-License-Identifier: Apache-2.0
// The registers of a CPU's SGIs and PPIs as its cell sees them: the hardware's, without those that
// EL2 keeps. `base` is the frame that has them: GICD (version 2, where they are banked) or the SGI
// frame of a redistributor; `offset` is that of gic/registers.hpp.
#pragma once

#include "trap/mmio.hpp"

namespace brig::private_interrupts {

/// One bit per INTID that EL2 keeps for itself: its own SGIs and the maintenance interrupt.
uint32_t reserved();

/// For a CPU that EL2 takes over: what EL2 keeps is enabled, at the highest priority.
void claim(uint64_t base);
/// For a CPU that EL2 gives back: no maintenance interrupt any more.
void release(uint64_t base);
/// As after a reset: PPIs off and inactive, SGIs on; the maintenance interrupt stays.
void reset(uint64_t base);

/// ISENABLER0 to ICACTIVER0; 32-bit accesses only.
void access_set_clear(MmioAccess& access, uint64_t base, uint32_t offset);
/// IPRIORITYR0 to 7, any aligned access. Bytes of reserved interrupts are left out when written: a
/// low priority could mask them.
void access_priority(MmioAccess& access, uint64_t base, uint32_t offset);
/// ICFGR0 and 1; 32-bit accesses only.
void access_config(MmioAccess& access, uint64_t base, uint32_t offset);

} // namespace brig::private_interrupts
