// SPDX-License-Identifier: Apache-2.0
// gictest: redistributors, routes by affinity, SGIs by system register.
#include "gic.hpp"
#include "gictest.hpp"
#include "inmate.hpp"

using namespace brig;

namespace gictest::v3 {
namespace {

void redistributors() {
    unsigned frames = 0;
    unsigned foreign = 0;
    for (gic::FrameWalk frame; frame.valid(); frame.next()) {
        ++frames;
        const uint64_t base = frame.address();
        checks.equal("GICR_TYPER in two halves ", frames,
                     read32(base + 8) | uint64_t{read32(base + 12)} << 32, read64(base + 8));
        checks.equal("GICR_PIDR2 architecture ", frames, read32(base + 0xffe8) >> 4 & 0xf, 3);
        if (bare || psci::affinity_info(frame.affinity()) >= 0) {
            continue;
        }
        ++foreign;
        const uint64_t sgi = base + gic::sgi_frame;
        write32(sgi + gic::isenabler, ~0u);
        write32(sgi + gic::ispendr, ~0u);
        write32(sgi + gic::ipriorityr, ~0u);
        checks.equal("foreign GICR_ISENABLER0 ", frames, read32(sgi + gic::isenabler), 0);
        checks.equal("foreign GICR_ISPENDR0 ", frames, read32(sgi + gic::ispendr), 0);
        checks.equal("foreign GICR_IPRIORITYR0 ", frames, read32(sgi + gic::ipriorityr), 0);
        checks.equal("foreign GICR_ICFGR1 ", frames, read32(sgi + gic::icfgr + 4), 0);
        write32(base + gic::gicr_waker, 2);
        checks.equal("foreign GICR_WAKER ", frames, read32(base + gic::gicr_waker), 0);
    }
    print("gictest: %u redistributors, %u of other cells\n", frames, foreign);
}

void own_redistributor() {
    const uint64_t gicr = gic::redistributor();
    const uint64_t sgi = gicr + gic::sgi_frame;
    const uint32_t timer_bit = 1u << timer::virtual_ppi;
    write32(sgi + gic::isenabler, timer_bit);
    checks.equal("PPI enabled", read32(sgi + gic::isenabler) & timer_bit, timer_bit);
    write32(sgi + gic::icenabler, timer_bit);
    checks.equal("PPI disabled", read32(sgi + gic::isenabler) & timer_bit, 0);
    write32(sgi + gic::icactiver, timer_bit);
    checks.equal("PPI inactive", read32(sgi + gic::isactiver) & timer_bit, 0);
    write8(sgi + gic::ipriorityr + timer::virtual_ppi, 0x80);
    checks.equal("PPI priority", read8(sgi + gic::ipriorityr + timer::virtual_ppi), 0x80);
    checks.equal("GICR_TYPER affinity", read32(gicr + 12), own_affinity());
    if (!bare) {
        checks.equal("GICR_SYNCR", read32(gicr + 0xc0), 0);
        reads_zero("GICR_IGROUPR0", sgi + gic::igroupr);
    }
    // The hypervisor's own SGIs survive this: management and SGIs between CPUs go on.
    write32(sgi + gic::icenabler, 3);
    write32(sgi + gic::isenabler, 3);
}

} // namespace

void registers() {
    identification(0xffd0, 0x10000, 3);
    reads_zero("GICD reserved 0x00c", gicd + 0x00c);
    reads_zero("GICD_SETSPI_NSR", gicd + 0x040);
    reads_zero("GICD_NSACR", gicd + 0xe08);
    reads_zero("GICD reserved 0xfc0", gicd + 0xfc0);
    reads_zero("GICD_ITARGETSR of an SPI", gicd + gic::itargetsr + 32);
    reads_zero("GICD_SGIR", gicd + gic::sgir);
    reads_zero("GICD_ISENABLER0", gicd + gic::isenabler);
    reads_zero("GICD_IPRIORITYR0", gicd + gic::ipriorityr);
    reads_zero("GICD_IROUTER of a PPI", gicd + gic::irouter + 27 * 8);
    redistributors();
    own_redistributor();
}

void own_route(unsigned intid) {
    const uint64_t router = gicd + gic::irouter + intid * 8;
    write64(router, own_affinity());
    checks.equal("route", read64(router), own_affinity());
    checks.equal("route, lower half", read32(router), own_affinity() & 0xffffffff);
    if (!bare) {
        write32(router + 4, 0xff);
        checks.equal("route, upper half", read32(router + 4), 0);
        write32(router, static_cast<uint32_t>(own_affinity()));
        checks.equal("route by lower half", read64(router), own_affinity());
    }
}

void foreign_route(unsigned intid) {
    const uint64_t router = gicd + gic::irouter + intid * 8;
    write64(router, own_affinity());
    checks.equal("foreign route", read64(router), 0);
}

void sgis() {
    // A list of all 16 CPUs of the cluster reaches those of this cell.
    write_sysreg(S3_0_C12_C11_5, 7ull << 24 | 0xffff | (own_affinity() & 0xff00) << 8);
    isb();
    sgis_arrive(7, 2);
    checks.equal("SGI to a list", received_sgis(7), 2);
}

} // namespace gictest::v3
