// SPDX-License-Identifier: Apache-2.0
#include "psci.hpp"

#include "gic.hpp"

namespace brig {
namespace {

extern "C" char secondary_entry[];

CpuFunction functions[INMATE_MAX_CPUS];

} // namespace

extern "C" void inmate_secondary(unsigned index) {
    __atomic_load_n(&functions[index], __ATOMIC_ACQUIRE)(index);
    irq_disable();
    psci::cpu_off();
}

int64_t start_cpu(uint64_t mpidr, unsigned index, CpuFunction function) {
    __atomic_store_n(&functions[index], function, __ATOMIC_RELEASE);
    dsb();
    return psci::cpu_on(mpidr, reinterpret_cast<uint64_t>(secondary_entry), index);
}

unsigned find_other_cpus(uint64_t (&mpidr)[INMATE_MAX_CPUS - 1]) {
    unsigned found = 0;
    const auto try_affinity = [&](uint64_t affinity) {
        if (found < INMATE_MAX_CPUS - 1 && affinity != own_affinity() &&
            psci::affinity_info(affinity) >= 0) {
            mpidr[found++] = affinity;
        }
    };
    if (gic::version() == 2) {
        // Nothing lists the at most eight CPUs: in one cluster, in several, or one thread per core.
        for (uint64_t i = 0; i < 64; ++i) {
            try_affinity(i / 8 << 8 | i % 8);
        }
        return found;
    }
    for (gic::FrameWalk frame; frame.valid(); frame.next()) {
        try_affinity(frame.affinity());
    }
    return found;
}

} // namespace brig
