// SPDX-License-Identifier: Apache-2.0
// Who an SGI is for: ICC_SGI1R_EL1 names a cluster (Aff3, Aff2, Aff1) and a list of Aff0 values.
#pragma once

#include "brig_config.hpp"
#include "lib/bits.hpp"

namespace brig {
struct Cpu;
}

namespace brig::gicv3 {

/// The fields of ICC_SGI1R_EL1 (IHI 0069, 12.2.22).
namespace sgi1r {
constexpr uint64_t affinity = mask(55, 48) | mask(39, 32) | mask(23, 16);
constexpr uint64_t target_list = mask(15, 0);
constexpr uint64_t all_others = bit(40);

constexpr unsigned intid(uint64_t value) {
    return static_cast<unsigned>(field(value, 27, 24));
}
/// The affinity fields for a CPU's cluster.
constexpr uint64_t cluster_of(uint64_t mpidr) {
    return field(mpidr, 39, 32) << 48 | field(mpidr, 23, 16) << 32 | field(mpidr, 15, 8) << 16;
}
} // namespace sgi1r

/// All CPUs, found without a loop over them.
class SgiTargets {
public:
    static constexpr unsigned kListSize = 16;

    void add(Cpu& cpu);

    /// The CPUs of a cluster by Aff0, null where there is none; null for an unknown cluster.
    Cpu* const* find(uint64_t sgi1r_value) const {
        for (unsigned i = 0; i < count_; i++)
            if (clusters_[i].affinity == (sgi1r_value & sgi1r::affinity))
                return clusters_[i].cpus;
        return nullptr;
    }

private:
    struct Cluster {
        uint64_t affinity;
        Cpu* cpus[kListSize];
    };
    Cluster clusters_[config::max_cpus] = {};
    unsigned count_ = 0;
};

extern SgiTargets sgi_targets;

} // namespace brig::gicv3
