// SPDX-License-Identifier: Apache-2.0
// Registers of EL3, and those of lower levels that firmware initialises (Arm ARM, D19 and D24;
// GIC: IHI 0069, chapter 12).
#pragma once

#include "arch/sysreg.hpp"

namespace firmware {

using brig::arch::ReadOnly;
using brig::arch::ReadWrite;
using brig::arch::WriteOnly;

using SctlrEl3 = ReadWrite<3, 6, 1, 0, 0>;
using ScrEl3 = ReadWrite<3, 6, 1, 1, 0>;
using CptrEl3 = ReadWrite<3, 6, 1, 1, 2>;
using MdcrEl3 = ReadWrite<3, 6, 1, 3, 1>;
using VbarEl3 = ReadWrite<3, 6, 12, 0, 0>;
using EsrEl3 = ReadWrite<3, 6, 5, 2, 0>;
using FarEl3 = ReadWrite<3, 6, 6, 0, 0>;
using TpidrEl3 = ReadWrite<3, 6, 13, 0, 2>;
using CnthctlEl2 = ReadWrite<3, 4, 14, 1, 0>;
using CntvoffEl2 = ReadWrite<3, 4, 14, 0, 3>;

using IccIar0El1 = ReadOnly<3, 0, 12, 8, 0>;
using IccEoir0El1 = WriteOnly<3, 0, 12, 8, 1>;
using IccSgi0rEl1 = WriteOnly<3, 0, 12, 11, 7>;
using IccPmrEl1 = ReadWrite<3, 0, 4, 6, 0>;
using IccIgrpen0El1 = ReadWrite<3, 0, 12, 12, 6>;
using IccSreEl3 = ReadWrite<3, 6, 12, 12, 5>;
using IccCtlrEl3 = ReadWrite<3, 6, 12, 12, 4>;

namespace scr {
constexpr uint64_t ns = 1u << 0;
constexpr uint64_t fiq = 1u << 2; // Group 0 interrupts to EL3
constexpr uint64_t res1 = 3u << 4;
constexpr uint64_t hce = 1u << 8;
constexpr uint64_t rw = 1u << 10;
constexpr uint64_t apk = 1u << 16; // pointer authentication of lower levels is not trapped
constexpr uint64_t api = 1u << 17;
constexpr uint64_t ata = 1u << 26;    // nor memory tags
constexpr uint64_t fgten = 1u << 27;  // nor fine-grained traps
constexpr uint64_t hxen = 1ull << 38; // nor HCRX_EL2
} // namespace scr

} // namespace firmware
