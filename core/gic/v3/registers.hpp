// SPDX-License-Identifier: Apache-2.0
// GICv3 register offsets and fields (IHI 0069, 12.8 to 12.11) beside those of gic/registers.hpp.
#pragma once

#include "gic/registers.hpp"

namespace brig::gicv3 {

constexpr uint64_t kDistributorSize = 0x10000;

namespace gicd {
using namespace brig::gicd;
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
constexpr uint32_t sgi_frame = 0x10000; // with the registers of gicd up to the configuration

constexpr uint32_t ctlr_enable_lpis = 1u << 0;
constexpr uint64_t typer_plpis = 1u << 0;
constexpr uint64_t typer_vlpis = 1u << 1;
constexpr uint64_t typer_last = 1u << 4;
constexpr unsigned typer_affinity_shift = 32;
} // namespace gicr

constexpr uint32_t pidr2 = 0xffe8; // in every frame; bits 7:4 are the architecture version

} // namespace brig::gicv3
