// SPDX-License-Identifier: Apache-2.0
// The GICv3 system registers that the interrupt code uses, behind functions that host tests can
// fake.
#pragma once

#include "arch/barrier.hpp"
#include "arch/registers.hpp"
#include "arch/sysreg.hpp"

namespace brig::arch::gic {

constexpr unsigned kMaxListRegisters = 16;

// The number of a list register is part of the instruction; the low ones are the busy ones.
template <unsigned n = 0>
inline uint64_t read_list_register(unsigned wanted) {
    if constexpr (n + 1 < kMaxListRegisters)
        if (wanted != n)
            return read_list_register<n + 1>(wanted);
    return IchLrEl2<n>::read();
}

template <unsigned n = 0>
inline void write_list_register(unsigned wanted, uint64_t value) {
    if constexpr (n + 1 < kMaxListRegisters)
        if (wanted != n)
            return write_list_register<n + 1>(wanted, value);
    IchLrEl2<n>::write(value);
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
