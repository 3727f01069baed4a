// SPDX-License-Identifier: Apache-2.0
// What gic.cpp needs of a GICv3.
#pragma once

#include "arch.hpp"

#define INMATE_ICC_PMR S3_0_C4_C6_0
#define INMATE_ICC_IAR1 S3_0_C12_C12_0
#define INMATE_ICC_EOIR1 S3_0_C12_C12_1
#define INMATE_ICC_BPR1 S3_0_C12_C12_3
#define INMATE_ICC_CTLR S3_0_C12_C12_4
#define INMATE_ICC_SRE S3_0_C12_C12_5
#define INMATE_ICC_IGRPEN1 S3_0_C12_C12_7
#define INMATE_ICC_SGI1R S3_0_C12_C11_5

namespace brig::gicv3 {

bool init_cpu();
// The calling CPU's redistributor; 0 before init_cpu(), or when it was not found.
uint64_t redistributor();
inline unsigned acknowledge() {
    const uint64_t iar = read_sysreg(INMATE_ICC_IAR1);
    dsb();
    return static_cast<unsigned>(iar & 0xffffff);
}
inline void end(unsigned intid) {
    write_sysreg(INMATE_ICC_EOIR1, intid);
    isb();
}

inline void set_priority_mask(unsigned mask) {
    write_sysreg(INMATE_ICC_PMR, mask);
    isb();
}
void send_sgi(uint64_t affinity, unsigned intid);
void send_sgi_to_all_others(unsigned intid);
void route(unsigned intid);

} // namespace brig::gicv3
