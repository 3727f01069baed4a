// SPDX-License-Identifier: Apache-2.0
// GICv2 register offsets and fields (IHI 0048, chapters 4 and 5) beside those of gic/registers.hpp.
#pragma once

#include "gic/registers.hpp"

namespace brig::gicv2 {

constexpr uint64_t kDistributorSize = 0x1000;
constexpr uint64_t kInterfaceSize = 0x2000; // GICC and GICV; GICC_DIR is in the second page
constexpr uint64_t kControlSize = 0x1000;   // GICH

namespace gicd {
using namespace brig::gicd;
constexpr uint32_t itargetsr = 0x800;
constexpr uint32_t itargetsr_end = 0xc00;
constexpr uint32_t sgir = 0xf00;
constexpr uint32_t cpendsgir = 0xf10;
constexpr uint32_t spendsgir = 0xf20;
constexpr uint32_t spendsgir_end = 0xf30;
constexpr uint32_t id_registers = 0xfd0; // to the end of the frame
constexpr uint32_t pidr2 = 0xfe8;        // bits 7:4 are the architecture version

constexpr unsigned sgir_targets_shift = 16;
constexpr unsigned sgir_filter_shift = 24;
constexpr uint32_t sgir_filter_list = 0;
constexpr uint32_t sgir_filter_others = 1;
constexpr uint32_t sgir_filter_self = 2;
} // namespace gicd

namespace gicc {
constexpr uint32_t ctlr = 0x0000;
constexpr uint32_t pmr = 0x0004;
constexpr uint32_t bpr = 0x0008;
constexpr uint32_t iar = 0x000c;
constexpr uint32_t eoir = 0x0010;
constexpr uint32_t apr0 = 0x00d0;
constexpr unsigned num_aprs = 4; // those of priorities that are not implemented ignore writes
constexpr uint32_t iidr = 0x00fc;
constexpr uint32_t dir = 0x1000;

// Non-secure view, and that of a GIC without the Security Extensions: the group that Linux uses.
constexpr uint32_t ctlr_enable = 1u << 0;
constexpr uint32_t ctlr_eoimode = 1u << 9;

constexpr uint32_t iar_intid = 0x3ff; // above it, bits 12:10: CPU interface that sent an SGI
} // namespace gicc

namespace gich {
constexpr uint32_t hcr = 0x000;
constexpr uint32_t vtr = 0x004;
constexpr uint32_t vmcr = 0x008;
constexpr uint32_t misr = 0x010;
constexpr uint32_t eisr0 = 0x020;
constexpr uint32_t elrsr0 = 0x030;
constexpr uint32_t apr = 0x0f0;
constexpr uint32_t lr0 = 0x100;

constexpr uint32_t hcr_en = 1u << 0;
constexpr uint32_t hcr_uie = 1u << 1;
constexpr uint32_t vmcr_enable = 1u << 0; // Group 0, in which all virtual interrupts are
constexpr uint32_t vmcr_eoimode = 1u << 9;
constexpr unsigned vmcr_bpr_shift = 21; // bits 23:21
constexpr unsigned vmcr_pmr_shift = 27; // bits 31:27 are the five upper ones of the mask
} // namespace gich

} // namespace brig::gicv2
