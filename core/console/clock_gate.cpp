// SPDX-License-Identifier: Apache-2.0
#include "console/clock_gate.hpp"

#include "arch/mmio.hpp"
#include "lib/bits.hpp"

namespace brig::console {

Result<void> open_clock_gate(const brig_console& description) {
    const uint64_t reg = description.clock_reg;
    if (reg == 0)
        return {};
    const bool masked = (description.flags & BRIG_CON_WRITE_MASKED_GATE) != 0;
    const bool inverted = (description.flags & BRIG_CON_INVERTED_GATE) != 0;
    if (description.gate_nr >= (masked ? 16 : 32) || !is_aligned(reg, 4))
        return Error::invalid;
    const uint32_t gate = 1u << description.gate_nr;
    if (masked) {
        // The upper half says which bits of the lower one the write changes. Reading would only
        // lose what another CPU changes meanwhile.
        arch::mmio_write32(reg, gate << 16 | (inverted ? gate : 0));
    } else {
        const uint32_t old = arch::mmio_read32(reg);
        arch::mmio_write32(reg, inverted ? old & ~gate : old | gate);
    }
    return {};
}

} // namespace brig::console
