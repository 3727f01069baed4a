// SPDX-License-Identifier: Apache-2.0
// The GICv3 system registers that the interrupt code uses, behind functions that host tests can fake.
#pragma once

#include "arch/barrier.hpp"
#include "arch/registers.hpp"
#include "arch/sysreg.hpp"

namespace brig::arch::gic {

constexpr unsigned kMaxListRegisters = 16;

inline uint64_t read_list_register(unsigned n) {
    switch (n) {
#define BRIG_LR(i)                                                                                 \
    case i:                                                                                        \
        return IchLrEl2<i>::read();
        BRIG_LR(0) BRIG_LR(1) BRIG_LR(2) BRIG_LR(3) BRIG_LR(4) BRIG_LR(5) BRIG_LR(6) BRIG_LR(7)
        BRIG_LR(8) BRIG_LR(9) BRIG_LR(10) BRIG_LR(11) BRIG_LR(12) BRIG_LR(13) BRIG_LR(14)
#undef BRIG_LR
    default:
        return IchLrEl2<15>::read();
    }
}

inline void write_list_register(unsigned n, uint64_t value) {
    switch (n) {
#define BRIG_LR(i)                                                                                 \
    case i:                                                                                        \
        return IchLrEl2<i>::write(value);
        BRIG_LR(0) BRIG_LR(1) BRIG_LR(2) BRIG_LR(3) BRIG_LR(4) BRIG_LR(5) BRIG_LR(6) BRIG_LR(7)
        BRIG_LR(8) BRIG_LR(9) BRIG_LR(10) BRIG_LR(11) BRIG_LR(12) BRIG_LR(13) BRIG_LR(14)
#undef BRIG_LR
    default:
        return IchLrEl2<15>::write(value);
    }
}

/// One bit per list register that holds nothing.
inline uint64_t empty_list_registers() {
    return IchElrsrEl2::read();
}
inline unsigned num_list_registers() {
    return static_cast<unsigned>(field(IchVtrEl2::read(), 4, 0)) + 1;
}

inline void set_underflow_interrupt(bool on) {
    const uint64_t hcr = IchHcrEl2::read();
    IchHcrEl2::write(on ? hcr | ich::hcr_uie : hcr & ~ich::hcr_uie);
}

inline uint32_t acknowledge() {
    return static_cast<uint32_t>(IccIar1El1::read());
}
inline void drop_priority(uint32_t intid) {
    IccEoir1El1::write(intid);
}
inline void deactivate(uint32_t intid) {
    IccDirEl1::write(intid);
}

/// Sends a physical SGI to the CPU with this affinity; earlier stores are visible to it.
inline void send_sgi(unsigned intid, uint64_t mpidr) {
    dsb_ishst();
    IccSgi1rEl1::write(field(mpidr, 39, 32) << 48 | field(mpidr, 23, 16) << 32 |
                       uint64_t{intid} << 24 | field(mpidr, 15, 8) << 16 |
                       bit(static_cast<unsigned>(field(mpidr, 3, 0))));
    isb();
}

} // namespace brig::arch::gic
