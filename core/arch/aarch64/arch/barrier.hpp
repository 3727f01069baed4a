// SPDX-License-Identifier: Apache-2.0
// Barriers. The accessors of sysreg.hpp, mmio.hpp and atomic.hpp do not imply any of these.
#pragma once

namespace brig::arch {

inline void isb() {
    asm volatile("isb" ::: "memory");
}
inline void dsb_sy() {
    asm volatile("dsb sy" ::: "memory");
}
inline void dsb_ishst() {
    asm volatile("dsb ishst" ::: "memory");
}
inline void dmb_ishst() {
    asm volatile("dmb ishst" ::: "memory");
}

} // namespace brig::arch
