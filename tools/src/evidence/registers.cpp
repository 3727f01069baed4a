// SPDX-License-Identifier: Apache-2.0
#include "evidence/registers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::evidence {

std::vector<Register> system_registers(const brig_crash_record& crash) {
    std::vector<Register> registers = {
        {"ESR_EL2", crash.esr_el2},
        {"ELR_EL2", crash.elr_el2},
        {"SPSR_EL2", crash.spsr_el2},
        {"FAR_EL2", crash.far_el2},
        {"HPFAR_EL2", crash.hpfar_el2},
        {"HCR_EL2", crash.hcr_el2},
        {"VTCR_EL2", crash.vtcr_el2},
        {"VTTBR_EL2", crash.vttbr_el2},
        {"SCTLR_EL2", crash.sctlr_el2},
        {"TCR_EL2", crash.tcr_el2},
        {"TTBR0_EL2", crash.ttbr0_el2},
        {"VBAR_EL2", crash.vbar_el2},
        {"TPIDR_EL2", crash.tpidr_el2},
        {"CPTR_EL2", crash.cptr_el2},
        {"MDCR_EL2", crash.mdcr_el2},
        {"CNTHCTL_EL2", crash.cnthctl_el2},
        {"MPIDR_EL1", crash.mpidr_el1},
        {"MIDR_EL1", crash.midr_el1},
        {"SCTLR_EL1", crash.sctlr_el1},
        {"TTBR0_EL1", crash.ttbr0_el1},
        {"TTBR1_EL1", crash.ttbr1_el1},
        {"TCR_EL1", crash.tcr_el1},
        {"MAIR_EL1", crash.mair_el1},
        {"VBAR_EL1", crash.vbar_el1},
        {"ELR_EL1", crash.elr_el1},
        {"SPSR_EL1", crash.spsr_el1},
        {"ESR_EL1", crash.esr_el1},
        {"FAR_EL1", crash.far_el1},
        {"SP_EL0", crash.sp_el0},
        {"SP_EL1", crash.sp_el1},
        {"CONTEXTIDR_EL1", crash.contextidr_el1},
        {"CNTV_CTL_EL0", crash.cntv_ctl_el0},
        {"CNTV_CVAL_EL0", crash.cntv_cval_el0},
        {"ICH_HCR", crash.ich_hcr},
        {"ICH_VMCR", crash.ich_vmcr},
        {"ICH_MISR", crash.ich_misr},
        {"ICH_ELRSR", crash.ich_elrsr},
    };
    const uint32_t count = std::min<uint32_t>(crash.num_list_registers, BRIG_CRASH_LIST_REGISTERS);
    for (uint32_t i = 0; i < count; i++)
        if (crash.list_registers[i] != 0)
            registers.push_back({fmt::format("ICH_LR{}", i), crash.list_registers[i]});
    return registers;
}

} // namespace brig::evidence
