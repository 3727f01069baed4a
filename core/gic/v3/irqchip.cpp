// SPDX-License-Identifier: Apache-2.0
#include "gic/irqchip.hpp"

#include "arch/gic_cpu.hpp"
#include "arch/mmio.hpp"
#include "arch/registers.hpp"
#include "gic/injector.hpp"
#include "gic/ownership.hpp"
#include "gic/private_interrupts.hpp"
#include "gic/v3/distributor.hpp"
#include "gic/v3/interface.hpp"
#include "gic/v3/redistributor.hpp"
#include "gic/v3/registers.hpp"
#include "gic/v3/sgi.hpp"
#include "sdei/sdei.hpp"
#include "system.hpp"

namespace brig::irqchip {

namespace {

constexpr uint64_t kRedistributorLimit = uint64_t{gicv3::Redistributors::kMaxFrames} << 18;

gicv3::Distributor distributor;
gicv3::Redistributors redistributors;

constexpr uint32_t kSgis = 0xffff;

uint64_t sgi_frame(const Cpu& cpu) {
    return cpu.gic.redistributor + gicv3::gicr::sgi_frame;
}

} // namespace

Result<void> init() {
    const brig_arm_platform& arm = sys.config->arm;
    if (arm.gic_version != 3 || arm.maintenance_irq < 16 || arm.maintenance_irq > 31)
        return Error::invalid;
    BRIG_CHECK(sys.hyp_map.map_device({arm.gicd_base, gicv3::kDistributorSize}));
    const uint32_t version = arch::mmio_read32(arm.gicd_base + gicv3::pidr2) >> 4 & 0xf;
    if (version != 3 && version != 4)
        return Error::no_device;
    if ((arch::mmio_read32(arm.gicd_base) & gicv3::gicd::ctlr_are_ns) == 0)
        return Error::io;
    distributor.init(arm.gicd_base);

    // Frames are found by walking, so they are mapped one by one as the walk would reach them.
    Range frames{arm.gicr_base, 0};
    for (uint64_t typer = 0; (typer & gicv3::gicr::typer_last) == 0;) {
        if (frames.size >= kRedistributorLimit)
            return Error::no_device;
        const uint64_t frame = frames.end();
        BRIG_CHECK(sys.hyp_map.map_device({frame, 0x20000}));
        const bool v4 = (arch::mmio_read32(frame + gicv3::pidr2) >> 4 & 0xf) == 4;
        if (v4)
            BRIG_CHECK(sys.hyp_map.map_device({frame + 0x20000, 0x20000}));
        frames.size += v4 ? 0x40000 : 0x20000;
        typer = arch::mmio_read64(frame + gicv3::gicr::typer);
    }
    return redistributors.init(frames.start, frames.size);
}

Result<void> adopt(Cpu& cpu) {
    if (field(cpu.mpidr, 7, 0) >= 16 || !gicv3::has_system_registers())
        return Error::io;
    cpu.gic.redistributor = BRIG_TRY(redistributors.find(cpu.mpidr));
    redistributors.assign(cpu);
    if (direct_interrupts())
        return {};
    gicv3::sgi_targets.add(cpu);
    if constexpr (config::root_lpis) {
        const uint64_t bytes = (kLpiLimit - kFirstLpi) / 8;
        cpu.gic.pending.lpis =
            reinterpret_cast<uint32_t*>(BRIG_TRY(sys.pool.allocate(pages_of(bytes))));
    }
    const uint64_t frame = sgi_frame(cpu);
    gicv3::adopt_interface(cpu.gic);

    // Linux calls us from its call-function interrupt, an SGI that may still be active here and
    // would keep ours from arriving. What is pending becomes virtual.
    const uint32_t pending = arch::mmio_read32(frame + gicd::ispendr) & kSgis;
    arch::mmio_write32(frame + gicd::icpendr, pending);
    arch::mmio_write32(frame + gicd::icactiver, kSgis);
    for (uint32_t sgi = 0; sgi < 16; sgi++)
        if ((pending >> sgi & 1) != 0)
            injector::inject_software(cpu.gic, sgi);
    private_interrupts::claim(frame);
    return {};
}

Result<void> check_release(Cpu& cpu) {
    return gicv3::holds_lpi(cpu.gic) ? Result<void>{Error::try_again} : Result<void>{};
}

void release(Cpu& cpu) {
    if (direct_interrupts())
        return;
    private_interrupts::release(sgi_frame(cpu));
    gicv3::release_interface(cpu.gic, distributor.base(), cpu.mpidr);
}

void reset(Cpu& cpu) {
    private_interrupts::reset(sgi_frame(cpu));
    if (direct_interrupts()) {
        arch::mmio_write32(sgi_frame(cpu) + gicd::icpendr, ~uint32_t{0});
        arch::mmio_write32(sgi_frame(cpu) + gicd::icactiver, kSgis);
        gicv3::reset_physical_interface();
        return;
    }
    injector::clear(cpu.gic);
    gicv3::reset_interface();
}

void release_interrupts(Cpu& cpu) {
    if (direct_interrupts())
        return gicv3::stop_physical_interface();
    injector::clear(cpu.gic);
    gicv3::stop_interface();
}

void describe_interface(brig_crash_record& record) {
    record.ich_hcr = arch::IchHcrEl2::read();
    record.ich_vmcr = arch::IchVmcrEl2::read();
    record.ich_misr = arch::IchMisrEl2::read();
}

void retarget(const Cell& cell) {
    ownership::for_each_spi(cell.interrupts,
                            [&](unsigned intid) { distributor.adopt(cell, intid); });
}

void quiesce(const Cell& cell) {
    ownership::for_each_spi(cell.interrupts, [](unsigned intid) { distributor.quiesce(intid); });
}

bool contains(uint64_t address) {
    return distributor.contains(address) || redistributors.contains(address);
}

std::array<Range, kMaxFrames> frames() {
    return {Range{distributor.base(), gicv3::kDistributorSize}, redistributors.range()};
}

MmioResult access(Cpu& cpu, MmioAccess& access) {
    return distributor.contains(access.address) ? distributor.access(*cpu.cell, access)
                                                : redistributors.access(*cpu.cell, access);
}

Result<void> map_cpu_interface(PageTable&) {
    return {}; // system registers
}

void send_management(const Cpu& target) {
    if constexpr (config::sdei)
        if (sys.direct_interrupts)
            return sdei::signal(target);
    arch::gic::send_sgi(kManagementSgi, target.mpidr);
}

} // namespace brig::irqchip
