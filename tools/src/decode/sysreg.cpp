// SPDX-License-Identifier: Apache-2.0
#include "decode/sysreg.hpp"

#include <fmt/format.h>

namespace brig::decode {

namespace {

struct Encoding {
    unsigned op0, op1, crn, crm, op2;
    bool operator==(const Encoding&) const = default;
};

struct Register {
    Encoding encoding;
    const char* name;
};

constexpr Register kRegisters[] = {
    {{2, 0, 0, 2, 2}, "mdscr_el1"},
    {{2, 0, 1, 0, 4}, "oslar_el1"},
    {{2, 0, 1, 3, 4}, "osdlr_el1"},
    {{2, 4, 0, 7, 0}, "dbgvcr32_el2"},
    {{3, 0, 0, 0, 0}, "midr_el1"},
    {{3, 0, 0, 0, 5}, "mpidr_el1"},
    {{3, 0, 0, 4, 0}, "id_aa64pfr0_el1"},
    {{3, 0, 0, 4, 1}, "id_aa64pfr1_el1"},
    {{3, 0, 0, 4, 4}, "id_aa64zfr0_el1"},
    {{3, 0, 0, 5, 0}, "id_aa64dfr0_el1"},
    {{3, 0, 0, 6, 0}, "id_aa64isar0_el1"},
    {{3, 0, 0, 6, 1}, "id_aa64isar1_el1"},
    {{3, 0, 0, 7, 0}, "id_aa64mmfr0_el1"},
    {{3, 0, 0, 7, 1}, "id_aa64mmfr1_el1"},
    {{3, 0, 0, 7, 2}, "id_aa64mmfr2_el1"},
    {{3, 0, 1, 0, 0}, "sctlr_el1"},
    {{3, 0, 1, 0, 1}, "actlr_el1"},
    {{3, 0, 1, 0, 2}, "cpacr_el1"},
    {{3, 0, 1, 2, 0}, "zcr_el1"},
    {{3, 0, 2, 0, 0}, "ttbr0_el1"},
    {{3, 0, 2, 0, 1}, "ttbr1_el1"},
    {{3, 0, 2, 0, 2}, "tcr_el1"},
    {{3, 0, 2, 1, 0}, "apiakeylo_el1"},
    {{3, 0, 4, 0, 0}, "spsr_el1"},
    {{3, 0, 4, 0, 1}, "elr_el1"},
    {{3, 0, 4, 1, 0}, "sp_el0"},
    {{3, 0, 4, 6, 0}, "icc_pmr_el1"},
    {{3, 0, 5, 1, 0}, "afsr0_el1"},
    {{3, 0, 5, 1, 1}, "afsr1_el1"},
    {{3, 0, 5, 2, 0}, "esr_el1"},
    {{3, 0, 6, 0, 0}, "far_el1"},
    {{3, 0, 7, 4, 0}, "par_el1"},
    {{3, 0, 9, 9, 0}, "pmscr_el1"},
    {{3, 0, 10, 2, 0}, "mair_el1"},
    {{3, 0, 10, 3, 0}, "amair_el1"},
    {{3, 0, 12, 0, 0}, "vbar_el1"},
    {{3, 0, 12, 1, 1}, "disr_el1"},
    {{3, 0, 12, 8, 0}, "icc_iar0_el1"},
    {{3, 0, 12, 11, 1}, "icc_dir_el1"},
    {{3, 0, 12, 11, 3}, "icc_rpr_el1"},
    {{3, 0, 12, 11, 5}, "icc_sgi1r_el1"},
    {{3, 0, 12, 11, 6}, "icc_asgi1r_el1"},
    {{3, 0, 12, 11, 7}, "icc_sgi0r_el1"},
    {{3, 0, 12, 12, 0}, "icc_iar1_el1"},
    {{3, 0, 12, 12, 1}, "icc_eoir1_el1"},
    {{3, 0, 12, 12, 2}, "icc_hppir1_el1"},
    {{3, 0, 12, 12, 3}, "icc_bpr1_el1"},
    {{3, 0, 12, 12, 4}, "icc_ctlr_el1"},
    {{3, 0, 12, 12, 5}, "icc_sre_el1"},
    {{3, 0, 12, 12, 7}, "icc_igrpen1_el1"},
    {{3, 0, 13, 0, 1}, "contextidr_el1"},
    {{3, 0, 13, 0, 4}, "tpidr_el1"},
    {{3, 0, 14, 1, 0}, "cntkctl_el1"},
    {{3, 2, 0, 0, 0}, "csselr_el1"},
    {{3, 3, 4, 4, 0}, "fpcr"},
    {{3, 3, 9, 12, 0}, "pmcr_el0"},
    {{3, 3, 9, 12, 3}, "pmovsclr_el0"},
    {{3, 3, 9, 13, 0}, "pmccntr_el0"},
    {{3, 3, 9, 14, 0}, "pmuserenr_el0"},
    {{3, 3, 13, 0, 2}, "tpidr_el0"},
    {{3, 3, 13, 0, 3}, "tpidrro_el0"},
    {{3, 3, 14, 0, 0}, "cntfrq_el0"},
    {{3, 3, 14, 0, 1}, "cntpct_el0"},
    {{3, 3, 14, 0, 2}, "cntvct_el0"},
    {{3, 3, 14, 2, 0}, "cntp_tval_el0"},
    {{3, 3, 14, 2, 1}, "cntp_ctl_el0"},
    {{3, 3, 14, 2, 2}, "cntp_cval_el0"},
    {{3, 3, 14, 3, 1}, "cntv_ctl_el0"},
    {{3, 4, 0, 0, 0}, "vpidr_el2"},
    {{3, 4, 0, 0, 5}, "vmpidr_el2"},
    {{3, 4, 1, 0, 0}, "sctlr_el2"},
    {{3, 4, 1, 1, 0}, "hcr_el2"},
    {{3, 4, 1, 1, 1}, "mdcr_el2"},
    {{3, 4, 1, 1, 2}, "cptr_el2"},
    {{3, 4, 1, 1, 3}, "hstr_el2"},
    {{3, 4, 2, 0, 0}, "ttbr0_el2"},
    {{3, 4, 2, 0, 2}, "tcr_el2"},
    {{3, 4, 2, 1, 0}, "vttbr_el2"},
    {{3, 4, 2, 1, 2}, "vtcr_el2"},
    {{3, 4, 3, 0, 0}, "dacr32_el2"},
    {{3, 4, 4, 0, 0}, "spsr_el2"},
    {{3, 4, 4, 0, 1}, "elr_el2"},
    {{3, 4, 4, 1, 0}, "sp_el1"},
    {{3, 4, 4, 3, 0}, "spsr_irq"},
    {{3, 4, 4, 3, 1}, "spsr_abt"},
    {{3, 4, 4, 3, 2}, "spsr_und"},
    {{3, 4, 4, 3, 3}, "spsr_fiq"},
    {{3, 4, 5, 0, 1}, "ifsr32_el2"},
    {{3, 4, 5, 2, 0}, "esr_el2"},
    {{3, 4, 5, 3, 0}, "fpexc32_el2"},
    {{3, 4, 6, 0, 0}, "far_el2"},
    {{3, 4, 6, 0, 4}, "hpfar_el2"},
    {{3, 4, 10, 2, 0}, "mair_el2"},
    {{3, 4, 12, 0, 0}, "vbar_el2"},
    {{3, 4, 12, 9, 5}, "icc_sre_el2"},
    {{3, 4, 12, 11, 0}, "ich_hcr_el2"},
    {{3, 4, 12, 11, 1}, "ich_vtr_el2"},
    {{3, 4, 12, 11, 7}, "ich_vmcr_el2"},
    {{3, 4, 12, 12, 0}, "ich_lr0_el2"},
    {{3, 4, 13, 0, 2}, "tpidr_el2"},
    {{3, 4, 14, 0, 3}, "cntvoff_el2"},
    {{3, 4, 14, 1, 0}, "cnthctl_el2"},
};

std::string name_of(const Encoding& encoding) {
    for (const Register& candidate : kRegisters)
        if (candidate.encoding == encoding)
            return candidate.name;
    return fmt::format("s{}_{}_c{}_c{}_{}", encoding.op0, encoding.op1, encoding.crn, encoding.crm,
                       encoding.op2);
}

} // namespace

std::optional<RegisterAccess> system_register_access(uint32_t instruction) {
    // 1101 0101 00 L 1 o0 op1 CRn CRm op2 Rt
    if ((instruction & 0xffd00000) != 0xd5100000)
        return {};
    const Encoding encoding{2 + (instruction >> 19 & 1), instruction >> 16 & 7,
                            instruction >> 12 & 15, instruction >> 8 & 15, instruction >> 5 & 7};
    return RegisterAccess{name_of(encoding), (instruction >> 21 & 1) == 1, instruction & 31};
}

RegisterAccess trapped_register(const Esr& esr) {
    const uint32_t iss = esr.iss;
    const Encoding encoding{iss >> 20 & 3, iss >> 14 & 7, iss >> 10 & 15, iss >> 1 & 15,
                            iss >> 17 & 7};
    return {name_of(encoding), (iss & 1) == 1, iss >> 5 & 31};
}

} // namespace brig::decode
