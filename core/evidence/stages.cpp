// SPDX-License-Identifier: Apache-2.0
#include "evidence/stages.hpp"

#include "arch/guest.hpp"
#include "evidence/area.hpp"

namespace brig::evidence {

namespace {

/// Out of the caches as well: a CPU that works uncached has the next word, and so may a reset.
void keep(const brig_boot_stages& stages) {
    evidence::keep(reinterpret_cast<uint64_t>(&stages), sizeof(stages));
}

} // namespace

void mark(const Cpu& cpu, uint32_t stage) {
    if (cpu.stages == nullptr)
        return;
    brig_boot_stages& stages = *cpu.stages;
    stages.times[stage] = arch::counter();
    stages.mpidr = cpu.mpidr;
    stages.stage = stage;
    keep(stages);
}

void mark_error(const Cpu& cpu, Error error) {
    if (cpu.stages == nullptr)
        return;
    cpu.stages->error = static_cast<int32_t>(error);
    keep(*cpu.stages);
}

} // namespace brig::evidence
