// SPDX-License-Identifier: Apache-2.0
// System registers by encoding (Arm ARM, D19 and D24): a type per register whose base says what may
// be done with it. Writes that take effect on later instructions need an isb() by the caller.
#pragma once

#include <cstdint>

namespace brig::arch {

template <unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2>
struct ReadOnly {
    static uint64_t read() {
        uint64_t value;
        asm volatile("mrs %0, S%c1_%c2_C%c3_C%c4_%c5"
                     : "=r"(value)
                     : "i"(op0), "i"(op1), "i"(crn), "i"(crm), "i"(op2)
                     : "memory");
        return value;
    }
};

template <unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2>
struct WriteOnly {
    static void write(uint64_t value) {
        asm volatile("msr S%c1_%c2_C%c3_C%c4_%c5, %x0"
                     :
                     : "rZ"(value), "i"(op0), "i"(op1), "i"(crn), "i"(crm), "i"(op2)
                     : "memory");
    }
};

template <unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2>
struct ReadWrite : ReadOnly<op0, op1, crn, crm, op2>, WriteOnly<op0, op1, crn, crm, op2> {};

// Identification
using MidrEl1 = ReadOnly<3, 0, 0, 0, 0>;
using MpidrEl1 = ReadOnly<3, 0, 0, 0, 5>;
using IdAa64Pfr0El1 = ReadOnly<3, 0, 0, 4, 0>;
using IdAa64Mmfr0El1 = ReadOnly<3, 0, 0, 7, 0>;
using CtrEl0 = ReadOnly<3, 3, 0, 0, 1>;

// EL2 control
using HcrEl2 = ReadWrite<3, 4, 1, 1, 0>;
using SctlrEl2 = ReadWrite<3, 4, 1, 0, 0>;
using CptrEl2 = ReadOnly<3, 4, 1, 1, 2>;
using MdcrEl2 = ReadOnly<3, 4, 1, 1, 1>;
using Ttbr0El2 = ReadOnly<3, 4, 2, 0, 0>;
using TcrEl2 = ReadOnly<3, 4, 2, 0, 2>;
using TpidrEl2 = ReadOnly<3, 4, 13, 0, 2>;
using CnthctlEl2 = ReadOnly<3, 4, 14, 1, 0>;
using VttbrEl2 = ReadWrite<3, 4, 2, 1, 0>;
using VtcrEl2 = ReadWrite<3, 4, 2, 1, 2>;
using VbarEl2 = ReadWrite<3, 4, 12, 0, 0>;

// Exceptions taken to EL2
using SpsrEl2 = ReadWrite<3, 4, 4, 0, 0>;
using ElrEl2 = ReadWrite<3, 4, 4, 0, 1>;
using EsrEl2 = ReadWrite<3, 4, 5, 2, 0>;
using FarEl2 = ReadWrite<3, 4, 6, 0, 0>;
using HpfarEl2 = ReadWrite<3, 4, 6, 0, 4>;

// Exist only where EL1 can run AArch32 (ID_AA64PFR0_EL1.EL1 == 2); UNDEFINED elsewhere
using Dacr32El2 = ReadWrite<3, 4, 3, 0, 0>;
using Ifsr32El2 = ReadWrite<3, 4, 5, 0, 1>;
using Fpexc32El2 = ReadWrite<3, 4, 5, 3, 0>;

// EL1 and EL0 state that a CPU reset initialises
using SctlrEl1 = ReadWrite<3, 0, 1, 0, 0>;
using CpacrEl1 = ReadWrite<3, 0, 1, 0, 2>;
using Ttbr0El1 = ReadWrite<3, 0, 2, 0, 0>;
using Ttbr1El1 = ReadWrite<3, 0, 2, 0, 1>;
using TcrEl1 = ReadWrite<3, 0, 2, 0, 2>;
using SpsrEl1 = ReadWrite<3, 0, 4, 0, 0>;
using ElrEl1 = ReadWrite<3, 0, 4, 0, 1>;
using SpEl0 = ReadWrite<3, 0, 4, 1, 0>;
using SpEl1 = ReadWrite<3, 4, 4, 1, 0>;
using Afsr0El1 = ReadWrite<3, 0, 5, 1, 0>;
using Afsr1El1 = ReadWrite<3, 0, 5, 1, 1>;
using EsrEl1 = ReadWrite<3, 0, 5, 2, 0>;
using FarEl1 = ReadWrite<3, 0, 6, 0, 0>;
using ParEl1 = ReadWrite<3, 0, 7, 4, 0>;
using MairEl1 = ReadWrite<3, 0, 10, 2, 0>;
using AmairEl1 = ReadWrite<3, 0, 10, 3, 0>;
using VbarEl1 = ReadWrite<3, 0, 12, 0, 0>;
using ContextidrEl1 = ReadWrite<3, 0, 13, 0, 1>;
using TpidrEl1 = ReadWrite<3, 0, 13, 0, 4>;
using TpidrEl0 = ReadWrite<3, 3, 13, 0, 2>;
using TpidrroEl0 = ReadWrite<3, 3, 13, 0, 3>;
using CntkctlEl1 = ReadWrite<3, 0, 14, 1, 0>;
using CsselrEl1 = ReadWrite<3, 2, 0, 0, 0>;
using MdscrEl1 = ReadWrite<2, 0, 0, 2, 2>;
using PmcrEl0 = ReadWrite<3, 3, 9, 12, 0>;
using CntpCtlEl0 = ReadWrite<3, 3, 14, 2, 1>;
using CntpCvalEl0 = ReadWrite<3, 3, 14, 2, 2>;
using CntvCtlEl0 = ReadWrite<3, 3, 14, 3, 1>;
using CntvCvalEl0 = ReadWrite<3, 3, 14, 3, 2>;

// Time
using CntfrqEl0 = ReadOnly<3, 3, 14, 0, 0>;
using CntpctEl0 = ReadOnly<3, 3, 14, 0, 1>;

// GIC CPU interface, physical view from EL2 (GIC architecture specification, 12.2)
using IccIar1El1 = ReadOnly<3, 0, 12, 12, 0>;
using IccEoir1El1 = WriteOnly<3, 0, 12, 12, 1>;
using IccDirEl1 = WriteOnly<3, 0, 12, 11, 1>;
using IccPmrEl1 = ReadWrite<3, 0, 4, 6, 0>;
using IccBpr1El1 = ReadWrite<3, 0, 12, 12, 3>;
using IccCtlrEl1 = ReadWrite<3, 0, 12, 12, 4>;
using IccIgrpen1El1 = ReadWrite<3, 0, 12, 12, 7>;
using IccAp1r0El1 = ReadWrite<3, 0, 12, 9, 0>;
using IccSgi1rEl1 = WriteOnly<3, 0, 12, 11, 5>;
using IccSreEl2 = ReadWrite<3, 4, 12, 9, 5>;

// GIC virtual interface control (12.4)
using IchAp0r0El2 = ReadWrite<3, 4, 12, 8, 0>;
using IchAp1r0El2 = ReadWrite<3, 4, 12, 9, 0>;
using IchHcrEl2 = ReadWrite<3, 4, 12, 11, 0>;
using IchVtrEl2 = ReadOnly<3, 4, 12, 11, 1>;
using IchMisrEl2 = ReadOnly<3, 4, 12, 11, 2>;
using IchElrsrEl2 = ReadOnly<3, 4, 12, 11, 5>;
using IchVmcrEl2 = ReadWrite<3, 4, 12, 11, 7>;
template <unsigned n>
using IchLrEl2 = ReadWrite<3, 4, 12, 12 + n / 8, n % 8>;

} // namespace brig::arch
