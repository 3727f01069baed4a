// SPDX-License-Identifier: Apache-2.0
// Arm architecture calls (Arm DEN 0028; abi: cells.md 4.1).
#pragma once

#include "cpu/cpu.hpp"

namespace brig::smccc {

constexpr uint32_t kVersion = 0x80000000;
constexpr uint32_t kArchFeatures = 0x80000001;
constexpr uint32_t kWorkaround1 = 0x80008000;
constexpr uint32_t kWorkaround2 = 0x80007fff;

constexpr int64_t kVersion1_1 = 0x10001;
constexpr int64_t kNotSupported = -1;

/// The owner of a function id (DEN 0028, 2.5).
constexpr unsigned owner(uint64_t function) {
    return static_cast<unsigned>(function >> 24 & 0x3f);
}
constexpr unsigned kOwnerArm = 0;
constexpr unsigned kOwnerSip = 2;
constexpr unsigned kOwnerStandard = 4;

/// Whether this CPU's firmware has SMCCC 1.1.
bool has_1_1();
/// Asks this CPU's firmware which workarounds it has.
void probe(Cpu& cpu);

/// Handles x0; false if the id is none of ours.
bool handle(Cpu& cpu, Frame& frame);

} // namespace brig::smccc
