// SPDX-License-Identifier: Apache-2.0
#include "arch/crash_state.hpp"

#include "arch/sysreg.hpp"

namespace brig::arch {

void describe_state(brig_crash_record& record) {
    record.elr_el2 = ElrEl2::read();
    record.spsr_el2 = SpsrEl2::read();
    record.esr_el2 = EsrEl2::read();
    record.far_el2 = FarEl2::read();
    record.hpfar_el2 = HpfarEl2::read();
    record.hcr_el2 = HcrEl2::read();
    record.sctlr_el2 = SctlrEl2::read();
    record.tcr_el2 = TcrEl2::read();
    record.ttbr0_el2 = Ttbr0El2::read();
    record.vtcr_el2 = VtcrEl2::read();
    record.vttbr_el2 = VttbrEl2::read();
    record.vbar_el2 = VbarEl2::read();
    record.tpidr_el2 = TpidrEl2::read();
    record.cptr_el2 = CptrEl2::read();
    record.mdcr_el2 = MdcrEl2::read();
    record.cnthctl_el2 = CnthctlEl2::read();
    record.mpidr_el1 = MpidrEl1::read();
    record.midr_el1 = MidrEl1::read();

    record.sctlr_el1 = SctlrEl1::read();
    record.ttbr0_el1 = Ttbr0El1::read();
    record.ttbr1_el1 = Ttbr1El1::read();
    record.tcr_el1 = TcrEl1::read();
    record.mair_el1 = MairEl1::read();
    record.vbar_el1 = VbarEl1::read();
    record.elr_el1 = ElrEl1::read();
    record.spsr_el1 = SpsrEl1::read();
    record.esr_el1 = EsrEl1::read();
    record.far_el1 = FarEl1::read();
    record.sp_el0 = SpEl0::read();
    record.sp_el1 = SpEl1::read();
    record.contextidr_el1 = ContextidrEl1::read();
    record.cntv_ctl_el0 = CntvCtlEl0::read();
    record.cntv_cval_el0 = CntvCvalEl0::read();
}

} // namespace brig::arch
