// SPDX-License-Identifier: Apache-2.0
// The secure side of GICv2 and GICv3: everything is the normal world's (Group 1 Non-secure), but
// for the SGI by which one CPU calls another into the monitor.
#include "monitor.hpp"

#include "arch/barrier.hpp"
#include "arch/cpu_hints.hpp"
#include "arch/mmio.hpp"
#include "gic/v3/registers.hpp"
#include "sysreg.hpp"

namespace firmware::gic {

namespace {

using brig::arch::mmio_read32;
using brig::arch::mmio_read64;
using brig::arch::mmio_write32;
namespace gicd = brig::gicv3::gicd;
namespace gicr = brig::gicv3::gicr;

constexpr uint32_t kEnableGroup0 = 1u << 0;
constexpr uint32_t kAreSecure = 1u << 4;
constexpr uint32_t kAreNonSecure = 1u << 5;
constexpr uint32_t kPending = 1u << 31; // RWP

constexpr uint32_t kSgir = 0xf00; // GICv2
constexpr uint64_t kGiccCtlr = 0x00;
constexpr uint64_t kGiccPmr = 0x04;
constexpr uint64_t kGiccIar = 0x0c;
constexpr uint64_t kGiccEoir = 0x10;
constexpr uint32_t kFiqEnable = 1u << 3;

constexpr uint32_t kNormalWorld = ~(1u << kSgi);

bool version3() {
    return parameters.gicr[0] != 0;
}

void write_distributor_control(uint32_t value) {
    mmio_write32(parameters.gicd + gicd::ctlr, value);
    while (version3() && (mmio_read32(parameters.gicd + gicd::ctlr) & kPending) != 0)
        brig::arch::relax();
}

/// The frame of this affinity in one region; 0 if it is not there.
uint64_t find_in_region(uint64_t frame, uint64_t affinity) {
    while (true) {
        const uint64_t typer = mmio_read64(frame + gicr::typer);
        if (typer >> gicr::typer_affinity_shift == affinity)
            return frame;
        if ((typer & gicr::typer_last) != 0)
            return 0;
        frame += (typer & gicr::typer_vlpis) != 0 ? 0x40000 : 0x20000;
    }
}

uint64_t find_redistributor(uint64_t mpidr) {
    const uint64_t affinity = (mpidr >> 32 & 0xff) << 24 | (mpidr & 0xffffff);
    for (const uint64_t region : parameters.gicr)
        if (const uint64_t frame = region != 0 ? find_in_region(region, affinity) : 0; frame != 0)
            return frame;
    log("no redistributor for MPIDR 0x{:x}", mpidr);
    return 0;
}

void init_redistributor(Cpu& cpu) {
    cpu.redistributor = find_redistributor(parameters.mpidr[cpu.id]);
    const uint64_t base = cpu.redistributor;
    if (base == 0)
        return;
    mmio_write32(base + gicr::waker, 0);
    while ((mmio_read32(base + gicr::waker) & 4) != 0) // ChildrenAsleep
        brig::arch::relax();
    mmio_write32(base + gicr::sgi_frame + gicd::igroupr, kNormalWorld);
    mmio_write32(base + gicr::sgi_frame + gicd::ipriorityr + kSgi, 0);
    mmio_write32(base + gicr::sgi_frame + gicd::isenabler, 1u << kSgi);
    IccSreEl3::write(0xf);
    asm volatile("isb");
    IccPmrEl1::write(0xff);
    IccIgrpen0El1::write(1);
    asm volatile("isb");
}

} // namespace

void init_distributor() {
    const uint64_t base = parameters.gicd;
    if (version3())
        write_distributor_control(kAreSecure | kAreNonSecure);
    const unsigned words = (mmio_read32(base + gicd::typer) & 0x1f) + 1;
    for (unsigned i = 1; i < words; i++)
        mmio_write32(base + gicd::igroupr + 4 * i, ~0u);
    write_distributor_control((version3() ? kAreSecure | kAreNonSecure : 0) | kEnableGroup0);
}

void init_cpu(Cpu& cpu) {
    if (version3())
        return init_redistributor(cpu);
    mmio_write32(parameters.gicd + gicd::igroupr, kNormalWorld);
    mmio_write32(parameters.gicd + gicd::ipriorityr + kSgi, 0);
    mmio_write32(parameters.gicd + gicd::isenabler, 1u << kSgi);
    mmio_write32(parameters.gicc + kGiccPmr, 0xff);
    mmio_write32(parameters.gicc + kGiccCtlr, kEnableGroup0 | kFiqEnable);
}

void send_sgi(const Cpu& target) {
    brig::arch::dsb_ishst(); // what the target shall see is written before it is called
    const uint64_t mpidr = parameters.mpidr[target.id];
    if (version3()) {
        IccSgi0rEl1::write((mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 |
                           uint64_t{kSgi} << 24 | (mpidr >> 8 & 0xff) << 16 | 1u << (mpidr & 0xf));
        asm volatile("isb");
    } else {
        // Interface n is CPU n here, as in QEMU's and Arm's own GICv2 machines.
        mmio_write32(parameters.gicd + kSgir, 1u << (16 + target.id) | kSgi);
    }
}

unsigned take_group0() {
    if (version3()) {
        const uint64_t id = IccIar0El1::read() & 0xffffff;
        if (id < 1020)
            IccEoir0El1::write(id);
        return static_cast<unsigned>(id);
    }
    const uint32_t iar = mmio_read32(parameters.gicc + kGiccIar);
    if ((iar & 0x3ff) < 1020)
        mmio_write32(parameters.gicc + kGiccEoir, iar);
    return iar & 0x3ff;
}

} // namespace firmware::gic
