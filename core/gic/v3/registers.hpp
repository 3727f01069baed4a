// SPDX-License-Identifier: Apache-2.0
// GICv3 register offsets and fields (IHI 0069, 12.8 to 12.11).
#pragma once

#include <cstdint>

namespace brig::gicv3 {

constexpr uint64_t kDistributorSize = 0x10000;

namespace gicd {
constexpr uint32_t ctlr = 0x0000;
constexpr uint32_t typer = 0x0004;
constexpr uint32_t iidr = 0x0008;
constexpr uint32_t igroupr = 0x0080;
constexpr uint32_t isenabler = 0x0100;
constexpr uint32_t icenabler = 0x0180;
constexpr uint32_t ispendr = 0x0200;
constexpr uint32_t icpendr = 0x0280;
constexpr uint32_t isactiver = 0x0300;
constexpr uint32_t icactiver = 0x0380;
constexpr uint32_t ipriorityr = 0x0400;
constexpr uint32_t itargetsr = 0x0800;
constexpr uint32_t icfgr = 0x0c00;
constexpr uint32_t icfgr_end = 0x0d00;
constexpr uint32_t irouter = 0x6000;
constexpr uint32_t irouter_end = 0x8000;
constexpr uint32_t id_registers = 0xffd0; // to the end of the frame

constexpr uint32_t ctlr_are_ns = 1u << 4;
} // namespace gicd

namespace gicr {
constexpr uint32_t ctlr = 0x0000;
constexpr uint32_t iidr = 0x0004;
constexpr uint32_t typer = 0x0008;
constexpr uint32_t statusr = 0x0010;
constexpr uint32_t waker = 0x0014;
constexpr uint32_t setlpir = 0x0040;
constexpr uint32_t clrlpir = 0x0048;
constexpr uint32_t propbaser = 0x0070;
constexpr uint32_t pendbaser = 0x0078;
constexpr uint32_t invlpir = 0x00a0;
constexpr uint32_t invallr = 0x00b0;
constexpr uint32_t syncr = 0x00c0;
constexpr uint32_t id_registers = 0xffd0;
// SGI frame
constexpr uint32_t sgi_frame = 0x10000;
constexpr uint32_t isenabler0 = 0x10100;
constexpr uint32_t icenabler0 = 0x10180;
constexpr uint32_t ispendr0 = 0x10200;
constexpr uint32_t icpendr0 = 0x10280;
constexpr uint32_t isactiver0 = 0x10300;
constexpr uint32_t icactiver0 = 0x10380;
constexpr uint32_t ipriorityr = 0x10400;
constexpr uint32_t ipriorityr_end = 0x10420;
constexpr uint32_t icfgr0 = 0x10c00;
constexpr uint32_t icfgr_end = 0x10c08;

constexpr uint32_t ctlr_enable_lpis = 1u << 0;
constexpr uint64_t typer_plpis = 1u << 0;
constexpr uint64_t typer_vlpis = 1u << 1;
constexpr uint64_t typer_last = 1u << 4;
constexpr unsigned typer_affinity_shift = 32;
} // namespace gicr

constexpr uint32_t pidr2 = 0xffe8; // in every frame; bits 7:4 are the architecture version

} // namespace brig::gicv3
