// SPDX-License-Identifier: Apache-2.0
// Fields of system registers, as in the Arm ARM (DDI 0487) and the GIC architecture specification
// (IHI 0069). Bits that are set are explained where they are set.
#pragma once

#include "lib/bits.hpp"

namespace brig::arch {

namespace hcr {
constexpr uint64_t vm = bit(0);
constexpr uint64_t fmo = bit(3);
constexpr uint64_t imo = bit(4);
constexpr uint64_t tsc = bit(19);
constexpr uint64_t tacr = bit(21);
constexpr uint64_t rw = bit(31);
constexpr uint64_t e2h = bit(34);
constexpr uint64_t apk = bit(40);
constexpr uint64_t api = bit(41);
constexpr uint64_t ata = bit(56);
} // namespace hcr

namespace sctlr {
constexpr uint64_t m = bit(0);
constexpr uint64_t a = bit(1);
constexpr uint64_t c = bit(2);
constexpr uint64_t sa = bit(3);
constexpr uint64_t i = bit(12);
constexpr uint64_t wxn = bit(19);
constexpr uint64_t bt = bit(36);
constexpr uint64_t el2_res1 =
    bit(4) | bit(5) | bit(11) | bit(16) | bit(18) | bit(22) | bit(23) | bit(28) | bit(29);
} // namespace sctlr

namespace spsr {
constexpr uint64_t el1h = 0x5;
constexpr uint64_t daif = mask(9, 6);
} // namespace spsr

/// ESR_EL2 exception classes.
namespace ec {
constexpr unsigned unknown = 0x00;
constexpr unsigned hvc64 = 0x16;
constexpr unsigned smc64 = 0x17;
constexpr unsigned sysreg = 0x18;
constexpr unsigned instruction_abort_lower = 0x20;
constexpr unsigned data_abort_lower = 0x24;
} // namespace ec

namespace esr {
constexpr unsigned ec(uint64_t esr) {
    return static_cast<unsigned>(field(esr, 31, 26));
}
constexpr uint64_t iss(uint64_t esr) {
    return field(esr, 24, 0);
}
} // namespace esr

namespace icc {
constexpr uint64_t ctlr_eoimode = bit(1);
constexpr uint64_t igrpen1_enable = bit(0);
} // namespace icc

namespace ich {
constexpr uint64_t hcr_en = bit(0);
constexpr uint64_t hcr_uie = bit(1);
constexpr uint64_t vmcr_veng1 = bit(1);
constexpr uint64_t vmcr_vcbpr = bit(4);
constexpr uint64_t vmcr_veoim = bit(9);
constexpr unsigned vmcr_vbpr1_shift = 18;
constexpr unsigned vmcr_vpmr_shift = 24;
} // namespace ich

/// ID_AA64PFR0_EL1.EL1: AArch64 and AArch32. Only then do FPEXC32_EL2 and its kin exist (D19.2).
constexpr bool has_aarch32_el1(uint64_t pfr0) {
    return field(pfr0, 7, 4) == 2;
}

/// Physical address bits for ID_AA64MMFR0_EL1.PARange. Without FEAT_LPA2 a 4 KiB granule ends
/// at 48.
constexpr unsigned pa_bits(uint64_t mmfr0) {
    constexpr unsigned bits[] = {32, 36, 40, 42, 44, 48};
    const uint64_t range = field(mmfr0, 3, 0);
    return range < 6 ? bits[range] : 48;
}

/// The PS encoding of TCR_EL2 and VTCR_EL2 for that many bits.
constexpr uint64_t ps_encoding(unsigned pa_bits) {
    switch (pa_bits) {
    case 32:
        return 0;
    case 36:
        return 1;
    case 40:
        return 2;
    case 42:
        return 3;
    case 44:
        return 4;
    default:
        return 5;
    }
}

/// Affinity fields Aff3..Aff0 of an MPIDR, as ABI and PSCI compare them.
constexpr uint64_t kMpidrAffinity = 0xff00ffffff;

} // namespace brig::arch
