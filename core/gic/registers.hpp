// SPDX-License-Identifier: Apache-2.0
// Distributor registers that GICv2 and GICv3 share. Those of SGIs and PPIs are at the same offsets
// in a GICv3's SGI frame, and banked per CPU in a GICv2's distributor.
#pragma once

#include <cstdint>

namespace brig::gicd {

constexpr uint32_t ctlr = 0x000;
constexpr uint32_t typer = 0x004;
constexpr uint32_t iidr = 0x008;
constexpr uint32_t igroupr = 0x080;
constexpr uint32_t isenabler = 0x100;
constexpr uint32_t icenabler = 0x180;
constexpr uint32_t ispendr = 0x200;
constexpr uint32_t icpendr = 0x280;
constexpr uint32_t isactiver = 0x300;
constexpr uint32_t icactiver = 0x380;
constexpr uint32_t ipriorityr = 0x400;
constexpr uint32_t ipriorityr_end = 0x800;
constexpr uint32_t icfgr = 0xc00;
constexpr uint32_t icfgr_end = 0xd00;

} // namespace brig::gicd
