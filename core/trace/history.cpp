// SPDX-License-Identifier: Apache-2.0
#include "trace/history.hpp"

#include "evidence/area.hpp"
#include "system.hpp"

namespace brig::history {

Result<void> init(Cpu& cpu) {
    const evidence::Part part = evidence::find(BRIG_EVIDENCE_EXITS);
    uint64_t ring = part.element(cpu.id);
    if (ring == 0 || !is_aligned(ring, kSize))
        ring = BRIG_TRY(sys.pool.allocate());
    cpu.history = reinterpret_cast<brig_exit*>(ring);
    return {};
}

size_t copy(const Cpu& cpu, brig_exit (&exits)[kExits]) {
    if (cpu.history == nullptr)
        return 0;
    const auto at = reinterpret_cast<uint64_t>(cpu.history);
    const auto* const ring = reinterpret_cast<const brig_exit*>(align_down(at, kSize));
    const size_t oldest = (at & (kSize - 1)) / sizeof(brig_exit) + 1;
    size_t count = 0;
    for (size_t i = 0; i < kExits; i++) {
        const brig_exit& exit = ring[(oldest + i) % kExits];
        if (exit.time != 0)
            exits[count++] = exit;
    }
    return count;
}

} // namespace brig::history
