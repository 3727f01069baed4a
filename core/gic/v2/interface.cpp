// SPDX-License-Identifier: Apache-2.0
#include "gic/v2/interface.hpp"

#include "gic/injector.hpp"
#include "gic/port.hpp"

namespace brig::gicv2 {

namespace {

constexpr uint32_t kAllPriorities = 0xff;

uint32_t read_gicc(uint32_t offset) {
    return arch::mmio_read32(frames.gicc + offset);
}
void write_gicc(uint32_t offset, uint32_t value) {
    arch::mmio_write32(frames.gicc + offset, value);
}
uint32_t read_gich(uint32_t offset) {
    return arch::mmio_read32(frames.gich + offset);
}
void write_gich(uint32_t offset, uint32_t value) {
    arch::mmio_write32(frames.gich + offset, value);
}

/// Only what there is: QEMU 10 makes an SGI without a sender of a byte of zeros.
void make_pending(uint32_t sgi, uint32_t sources) {
    if (sources != 0)
        arch::mmio_write8(frames.gicd + gicd::spendsgir + sgi, static_cast<uint8_t>(sources));
}

} // namespace

void adopt_interface(GicCpuState& state) {
    state.num_list_registers = Port::num_list_registers();
    state.saved = {read_gicc(gicc::ctlr), read_gich(gich::hcr), read_gich(gich::vmcr)};

    for (unsigned i = 0; i < state.num_list_registers; i++)
        Port::write_list_register(i, 0);
    write_gich(gich::apr, 0);
    // The virtual interface has five bits of a priority.
    uint32_t vmcr = (read_gicc(gicc::pmr) & 0xff) >> 3 << gich::vmcr_pmr_shift |
                    (read_gicc(gicc::bpr) & 7) << gich::vmcr_bpr_shift;
    if ((state.saved.ctlr & gicc::ctlr_enable) != 0)
        vmcr |= gich::vmcr_enable;
    if ((state.saved.ctlr & gicc::ctlr_eoimode) != 0)
        vmcr |= gich::vmcr_eoimode;
    write_gich(gich::vmcr, vmcr);
    write_gich(gich::hcr, gich::hcr_en);

    // EL2 drops priorities and leaves deactivation to the guest, through the list registers. An SGI
    // that Linux was still handling has its priority dropped here; its later end meets no list
    // register. Linux has dropped it before unless it does both in one (EOImode 0), as it does
    // where the tree has only the first page of GICC.
    for (uint32_t i = 0; i < gicc::num_aprs; i++)
        write_gicc(gicc::apr0 + i * 4, 0);
    write_gicc(gicc::ctlr, state.saved.ctlr | gicc::ctlr_enable | gicc::ctlr_eoimode);
    write_gicc(gicc::pmr, kAllPriorities);
}

void release_interface(GicCpuState& state) {
    const uint32_t vmcr = read_gich(gich::vmcr);
    write_gich(gich::hcr, 0);
    for (unsigned i = 0; i < state.num_list_registers; i++) {
        const uint32_t value = Port::read_list_register(i);
        const uint32_t intid = Port::virtual_intid(value);
        Port::write_list_register(i, 0);
        // Active ones stay active: Linux will end them itself.
        if ((value & Port::kPending) == 0 || (value & Port::kActive) != 0)
            continue;
        if (intid < 16)
            state.sgi_sources[intid / 4].fetch_or(1u << (intid % 4 * 8 + Port::source(value)));
        else
            injector::repend(frames.gicd, intid);
    }
    for (size_t intid : state.pending.basic)
        injector::repend(frames.gicd, static_cast<uint32_t>(intid));
    for (uint32_t sgi = 0; sgi < 16; sgi++)
        make_pending(sgi, state.sgi_sources[sgi / 4].load_relaxed() >> (sgi % 4 * 8) & 0xff);
    state.forget_sgis();

    uint32_t ctlr = state.saved.ctlr & ~(gicc::ctlr_enable | gicc::ctlr_eoimode);
    if ((vmcr & gich::vmcr_enable) != 0)
        ctlr |= gicc::ctlr_enable;
    if ((vmcr & gich::vmcr_eoimode) != 0)
        ctlr |= gicc::ctlr_eoimode;
    write_gicc(gicc::ctlr, ctlr);
    write_gicc(gicc::bpr, vmcr >> gich::vmcr_bpr_shift & 7);
    write_gicc(gicc::pmr, vmcr >> gich::vmcr_pmr_shift << 3);
    write_gich(gich::vmcr, state.saved.vmcr);
    write_gich(gich::hcr, state.saved.hcr);
}

void stop_interface() {
    write_gich(gich::hcr, 0);
}

void reset_interface() {
    write_gich(gich::hcr, gich::hcr_en);
    write_gich(gich::vmcr, 0);
    write_gich(gich::apr, 0);
}

} // namespace brig::gicv2
