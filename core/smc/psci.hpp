// SPDX-License-Identifier: Apache-2.0
// PSCI as cells see it (abi: cells.md 4.2). Firmware's own PSCI is never reached, except by the
// root cell's SYSTEM_OFF and SYSTEM_RESET.
#pragma once

#include "cpu/cpu.hpp"

namespace brig::psci {

// Function ids (Arm DEN 0022).
constexpr uint64_t kVersion = 0x84000000;
constexpr uint64_t kCpuSuspend32 = 0x84000001;
constexpr uint64_t kCpuSuspend64 = 0xc4000001;
constexpr uint64_t kCpuOff = 0x84000002;
constexpr uint64_t kCpuOn32 = 0x84000003;
constexpr uint64_t kCpuOn64 = 0xc4000003;
constexpr uint64_t kAffinityInfo32 = 0x84000004;
constexpr uint64_t kAffinityInfo64 = 0xc4000004;
constexpr uint64_t kSystemOff = 0x84000008;
constexpr uint64_t kSystemReset = 0x84000009;
constexpr uint64_t kFeatures = 0x8400000a;

constexpr int64_t kNotSupported = -1;
constexpr int64_t kDenied = -3;
constexpr int64_t kAlreadyOn = -4;

constexpr int64_t kVersion1_1 = 0x10001;

/// PSCI_FEATURES of one id.
int64_t features(uint64_t function, bool is_root);

/// Handles x0; false if the id is none of ours. Changes the frame.
bool handle(Cpu& cpu, Frame& frame);

} // namespace brig::psci
