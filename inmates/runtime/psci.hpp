// SPDX-License-Identifier: Apache-2.0
// PSCI by SMC, and starting the other CPUs of the cell.
#pragma once

#include "hypercall.hpp"
#include "layout.h"

namespace brig::psci {

constexpr uint32_t version_id = 0x84000000;
constexpr uint32_t cpu_suspend_id = 0xc4000001;
constexpr uint32_t cpu_off_id = 0x84000002;
constexpr uint32_t cpu_on_id = 0xc4000003;
constexpr uint32_t affinity_info_id = 0xc4000004;
constexpr uint32_t features_id = 0x8400000a;

constexpr int64_t success = 0;
constexpr int64_t not_supported = -1;
constexpr int64_t denied = -3;
constexpr int64_t already_on = -4;

constexpr int64_t state_on = 0;
constexpr int64_t state_off = 1;

inline int64_t version() {
    return smc(version_id);
}
inline int64_t features(uint32_t id) {
    return smc(features_id, id);
}
inline int64_t affinity_info(uint64_t mpidr) {
    return smc(affinity_info_id, mpidr, 0);
}
// Returns only when the call failed.
inline int64_t cpu_off() {
    return smc(cpu_off_id);
}
inline int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context) {
    return smc(cpu_on_id, mpidr, entry, context);
}

} // namespace brig::psci

namespace brig {

// Runs on a secondary CPU, interrupts masked; the CPU is switched off when it returns.
using CpuFunction = void (*)(unsigned index);

// Starts the CPU with this affinity as number index (1 to INMATE_MAX_CPUS - 1). Result: a PSCI
// code.
int64_t start_cpu(uint64_t mpidr, unsigned index, CpuFunction function);

// Affinities of the other CPUs of this cell: every redistributor's CPU that AFFINITY_INFO does not
// refuse. Returns how many there are, at most INMATE_MAX_CPUS - 1.
unsigned find_other_cpus(uint64_t (&mpidr)[INMATE_MAX_CPUS - 1]);

} // namespace brig
