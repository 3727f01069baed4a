// SPDX-License-Identifier: Apache-2.0
#include "gic/v3/interface.hpp"

#include "arch/gic_cpu.hpp"
#include "gic/injector.hpp"
#include "gic/v3/port.hpp"
#include "gic/v3/registers.hpp"

namespace brig::gicv3 {

namespace {

using namespace arch;

constexpr uint64_t kAllPriorities = 0xff;

bool waits(uint64_t list_register) {
    return (list_register & Port::kPending) != 0;
}

/// What the guest has not seen goes back to the hardware.
void hand_back(const GicCpuState& state, uint32_t intid, uint64_t gicd, uint64_t mpidr) {
    if (intid < 16)
        gic::send_sgi(intid, mpidr);
    else
        injector::repend(intid < 32 ? state.redistributor + gicr::sgi_frame : gicd, intid);
}

} // namespace

bool has_system_registers() {
    return (IccSreEl2::read() & 1) != 0;
}

void adopt_interface(GicCpuState& state) {
    state.num_list_registers = gic::num_list_registers();
    SavedInterface& saved = state.saved;
    saved = {IccPmrEl1::read(),     IccCtlrEl1::read(), IccBpr1El1::read(),
             IccIgrpen1El1::read(), IchHcrEl2::read(),  IchVmcrEl2::read()};

    for (unsigned i = 0; i < state.num_list_registers; i++)
        gic::write_list_register(i, 0);
    IchAp0r0El2::write(0);
    IchAp1r0El2::write(0);
    uint64_t vmcr = saved.pmr << ich::vmcr_vpmr_shift | saved.bpr1 << ich::vmcr_vbpr1_shift;
    if ((saved.igrpen1 & icc::igrpen1_enable) != 0)
        vmcr |= ich::vmcr_veng1;
    if ((saved.ctlr & icc::ctlr_eoimode) != 0)
        vmcr |= ich::vmcr_veoim;
    if ((saved.ctlr & 1) != 0)
        vmcr |= ich::vmcr_vcbpr;
    IchVmcrEl2::write(vmcr);
    IchHcrEl2::write(ich::hcr_en);

    // EL2 drops priorities and leaves deactivation to the guest, through the list registers. An SGI
    // that Linux was still handling has its priority dropped here; its later EOI meets no list
    // register.
    IccAp1r0El1::write(0);
    IccCtlrEl1::write(saved.ctlr | icc::ctlr_eoimode);
    IccPmrEl1::write(kAllPriorities);
    IccIgrpen1El1::write(icc::igrpen1_enable);
    isb();
}

bool holds_lpi(const GicCpuState& state) {
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        const uint64_t value = gic::read_list_register(i);
        if (waits(value) && Port::virtual_intid(value) >= kFirstLpi)
            return true;
    }
    for (uint32_t i = 0; state.pending.lpis != nullptr && i < (kLpiLimit - kFirstLpi) / 32; i++)
        if (state.pending.lpis[i] != 0)
            return true;
    return false;
}

void release_interface(GicCpuState& state, uint64_t gicd, uint64_t mpidr) {
    const uint64_t vmcr = IchVmcrEl2::read();
    IchHcrEl2::write(0);
    isb();
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        const uint64_t value = gic::read_list_register(i);
        // Active ones stay active: Linux will end them itself.
        if (waits(value) && (value & Port::kActive) == 0)
            hand_back(state, Port::virtual_intid(value), gicd, mpidr);
        gic::write_list_register(i, 0);
    }
    for (size_t intid : state.pending.basic)
        hand_back(state, static_cast<uint32_t>(intid), gicd, mpidr);
    const uint32_t sgis = state.incoming_sgis.exchange(0);
    for (uint32_t sgi = 0; sgi < 16; sgi++)
        if ((sgis >> sgi & 1) != 0)
            gic::send_sgi(sgi, mpidr);

    uint64_t ctlr = state.saved.ctlr & ~(icc::ctlr_eoimode | 1);
    if ((vmcr & ich::vmcr_veoim) != 0)
        ctlr |= icc::ctlr_eoimode;
    if ((vmcr & ich::vmcr_vcbpr) != 0)
        ctlr |= 1;
    IccCtlrEl1::write(ctlr);
    IccBpr1El1::write(field(vmcr, 20, 18));
    IccPmrEl1::write(field(vmcr, 31, 24));
    IccIgrpen1El1::write((vmcr & ich::vmcr_veng1) != 0 ? 1 : 0);
    IchVmcrEl2::write(state.saved.ich_vmcr);
    IchHcrEl2::write(state.saved.ich_hcr);
    isb();
}

void stop_interface() {
    IchHcrEl2::write(0);
    isb();
}

void reset_interface() {
    IchHcrEl2::write(ich::hcr_en);
    IchVmcrEl2::write(0);
    IchAp0r0El2::write(0);
    IchAp1r0El2::write(0);
    isb();
}

void stop_physical_interface() {
    IccIgrpen1El1::write(0);
    isb();
}

void reset_physical_interface() {
    stop_physical_interface();
    IccPmrEl1::write(0);
    IccBpr1El1::write(0);
    IccCtlrEl1::write(IccCtlrEl1::read() & ~uint64_t{icc::ctlr_eoimode | 1});
    IccAp1r0El1::write(0);
    isb();
}

} // namespace brig::gicv3
