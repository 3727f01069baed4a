// SPDX-License-Identifier: Apache-2.0
#include "gic/irqchip.hpp"

#include "arch/mmio.hpp"
#include "console/console.hpp"
#include "gic/injector.hpp"
#include "gic/ownership.hpp"
#include "gic/port.hpp"
#include "gic/private_interrupts.hpp"
#include "gic/sgi.hpp"
#include "gic/v2/distributor.hpp"
#include "gic/v2/interface.hpp"
#include "gic/v2/sgi.hpp"
#include "mem/stage2.hpp"
#include "system.hpp"

namespace brig {

namespace gicv2 {
constinit Frames frames{};
}

namespace irqchip {

namespace {

gicv2::Distributor distributor;

constexpr uint32_t kSgis = 0xffff;
constexpr uint64_t kStretch = 0x10000; // distance of the pages where each one is repeated 16 times

/// Where the wiring repeats each page of the CPU interface to fill 64 KiB, the last repetition of
/// the first page and the first one of the second are neighbours, at +0xf000.
bool is_stretched() {
    return gicv2::frames.gicc % kStretch == 0xf000;
}

/// The second page has GICC_DIR. If it shows the first one again, every deactivation would hit
/// GICC_CTLR.
bool second_page_repeats_first() {
    const uint64_t gicc = gicv2::frames.gicc;
    const uint32_t id = arch::mmio_read32(gicc + gicv2::gicc::iidr);
    return id != 0 && arch::mmio_read32(gicc + kPageSize + gicv2::gicc::iidr) == id;
}

/// The number of the current CPU's interface: reading the targets of an SGI or PPI gives its bit.
/// They read as zero where there is one CPU only.
Result<unsigned> own_interface() {
    uint32_t targets = 0;
    for (uint32_t intid = 0; intid < 32 && targets == 0; intid++)
        targets = arch::mmio_read8(gicv2::frames.gicd + gicv2::gicd::itargetsr + intid);
    if (targets == 0 && sys.online_cpus == 1)
        return 0u;
    if (targets == 0 || (targets & (targets - 1)) != 0)
        return Error::io;
    return static_cast<unsigned>(__builtin_ctz(targets));
}

} // namespace

Result<void> init() {
    const brig_arm_platform& arm = sys.config->arm;
    if (arm.gic_version != 2 || arm.maintenance_irq < 16 || arm.maintenance_irq > 31)
        return Error::invalid;
    gicv2::frames = {arm.gicd_base, arm.gicc_base, arm.gich_base};
    BRIG_CHECK(sys.hyp_map.map_device({arm.gicd_base, gicv2::kDistributorSize}));
    if ((arch::mmio_read32(arm.gicd_base + gicv2::gicd::pidr2) >> 4 & 0xf) != 2)
        return Error::no_device;
    BRIG_CHECK(sys.hyp_map.map_device({arm.gicc_base, gicv2::kInterfaceSize}));
    BRIG_CHECK(sys.hyp_map.map_device({arm.gich_base, gicv2::kControlSize}));
    if (second_page_repeats_first()) {
        console::print("The page behind GICC at 0x{:x} repeats it; the usable pair of pages is at "
                       "offset 0xf000\n",
                       uint64_t{arm.gicc_base});
        return Error::no_device;
    }
    distributor.init(arm.gicd_base);
    return {};
}

Result<void> adopt(Cpu& cpu) {
    cpu.gic.interface = BRIG_TRY(own_interface());
    gicv2::add_target(cpu);
    gicv2::adopt_interface(cpu.gic);

    // Linux calls us from its call-function interrupt, an SGI that may still be active here and
    // would keep ours from arriving. What is pending becomes virtual.
    const uint64_t gicd = gicv2::frames.gicd;
    for (uint32_t word = 0; word < 4; word++) {
        const uint32_t sources = arch::mmio_read32(gicd + gicv2::gicd::spendsgir + word * 4);
        arch::mmio_write32(gicd + gicv2::gicd::cpendsgir + word * 4, sources);
        cpu.gic.sgi_sources[word].store_relaxed(sources);
    }
    arch::mmio_write32(gicd + gicv2::gicd::icactiver, kSgis);
    sgi::deliver(cpu);
    private_interrupts::claim(gicd);
    return {};
}

Result<void> check_release(Cpu&) {
    return {};
}

void release(Cpu& cpu) {
    private_interrupts::release(gicv2::frames.gicd);
    gicv2::release_interface(cpu.gic);
}

void reset(Cpu& cpu) {
    private_interrupts::reset(gicv2::frames.gicd);
    injector::clear(cpu.gic);
    gicv2::reset_interface();
}

void release_interrupts(Cpu& cpu) {
    injector::clear(cpu.gic);
    gicv2::stop_interface();
}

void describe_interface(brig_crash_record& record) {
    const auto read = [](uint32_t offset) {
        return arch::mmio_read32(gicv2::frames.gich + offset);
    };
    record.ich_hcr = read(gicv2::gich::hcr);
    record.ich_vmcr = read(gicv2::gich::vmcr);
    record.ich_misr = read(gicv2::gich::misr);
}

void retarget(const Cell& cell) {
    ownership::for_each_spi(cell.interrupts,
                            [&](unsigned intid) { distributor.adopt(cell, intid); });
}

void quiesce(const Cell& cell) {
    ownership::for_each_spi(cell.interrupts, [](unsigned intid) { distributor.quiesce(intid); });
}

bool contains(uint64_t address) {
    return distributor.contains(address);
}

MmioResult access(Cpu& cpu, MmioAccess& access) {
    return distributor.access(cpu, access);
}

std::array<Range, kMaxFrames> frames() {
    const brig_arm_platform& arm = sys.config->arm;
    const Range gicd{arm.gicd_base, gicv2::kDistributorSize};
    if (!is_stretched())
        return {gicd, Range{arm.gicc_base, gicv2::kInterfaceSize},
                Range{arm.gich_base, gicv2::kControlSize},
                Range{arm.gicv_base, gicv2::kInterfaceSize}};
    return {gicd, Range{align_down(arm.gicc_base, kStretch), 2 * kStretch},
            Range{align_down(arm.gich_base, kStretch), kStretch},
            Range{align_down(arm.gicv_base, kStretch), 2 * kStretch}};
}

Result<void> map_cpu_interface(PageTable& stage2) {
    const brig_arm_platform& arm = sys.config->arm;
    return stage2.map(arm.gicc_base, arm.gicv_base, gicv2::kInterfaceSize,
                      stage2_attributes(BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO), false);
}

void send_management(const Cpu& target) {
    gicv2::send_physical(kManagementSgi, target);
}

} // namespace irqchip
} // namespace brig
