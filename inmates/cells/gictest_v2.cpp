// SPDX-License-Identifier: Apache-2.0
// gictest: what word 0 of a GICv2's distributor shows of the own CPU, targets by CPU interface,
// SGIs by GICD_SGIR and pending once per sender.
#include "gic.hpp"
#include "gictest.hpp"
#include "gicv2.hpp"
#include "inmate.hpp"

using namespace brig;

namespace gictest::v2 {
namespace {

constexpr unsigned tested_sgi = 8;
constexpr unsigned spurious = 1023;

unsigned own_bit() {
    return 1u << gicv2::interface_of(own_affinity());
}

// CPU interfaces of the cell's other CPUs, whether they run or not.
unsigned other_bits() {
    uint64_t others[INMATE_MAX_CPUS - 1];
    const unsigned count = find_other_cpus(others);
    unsigned bits = 0;
    for (unsigned i = 0; i < count; ++i) {
        bits |= 1u << gicv2::interface_of(others[i]);
    }
    return bits;
}

// Acknowledges by hand, with interrupts masked.
unsigned take() {
    unsigned acknowledged = spurious;
    timer::wait_for([&] { return (acknowledged = gicv2::acknowledge()) != spurious; }, 100000);
    return acknowledged;
}

// Of two senders both arrive, one after the other, each with its number.
void sources_arrive(unsigned senders) {
    unsigned seen = 0;
    for (unsigned left = senders; left != 0; left &= left - 1) {
        const unsigned acknowledged = take();
        checks.equal("SGI of a sender", acknowledged & 0x3ff, tested_sgi);
        seen |= 1u << (acknowledged >> 10 & 7);
        checks.equal("SGI active", read32(gicd + gic::isactiver) >> tested_sgi & 1, 1);
        gicv2::end(acknowledged);
        checks.equal("SGI inactive", read32(gicd + gic::isactiver) >> tested_sgi & 1, 0);
    }
    checks.equal("senders", seen, senders);
    checks.equal("no further sender", gicv2::acknowledge(), spurious);
}

void sgi_sources() {
    const uint64_t set = gicd + gic::spendsgir + tested_sgi;
    const uint64_t clear = gicd + gic::cpendsgir + tested_sgi;
    const unsigned senders = own_bit() | other_bits();
    write8(set, 0xff); // of all, but only those of the cell exist for it
    checks.equal("SPENDSGIR", read8(set), senders);
    checks.equal("CPENDSGIR", read8(clear), senders);
    checks.equal("SPENDSGIR by word", read32(set & ~3ull), senders << tested_sgi % 4 * 8);
    checks.equal("SGI pending", read32(gicd + gic::ispendr) & 0xffff, 1u << tested_sgi);
    sources_arrive(senders);

    write8(set, static_cast<uint8_t>(senders));
    write8(clear, static_cast<uint8_t>(own_bit()));
    checks.equal("one sender cleared", read8(set), senders & ~own_bit());
    sources_arrive(senders & ~own_bit());
    write8(set, static_cast<uint8_t>(senders));
    write32(clear & ~3ull, ~0u);
    checks.equal("all senders cleared", read8(set), 0);
    checks.equal("nothing arrives", gicv2::acknowledge(), spurious);
    write32(gicd + gic::ispendr, 1u << tested_sgi); // has no effect on SGIs
    checks.equal("ISPENDR0 does nothing to SGIs", gicv2::acknowledge(), spurious);
}

void sgi_filters() {
    const unsigned before = received_sgis(9);
    write32(gicd + gic::sgir, 2u << 24 | 9); // self, whatever the list says
    sgis_arrive(9, before + 1);
    checks.equal("SGI to self by filter", received_sgis(9), before + 1);
    write32(gicd + gic::sgir, 3u << 24 | 0xffu << 16 | 9);
    timer::wait_for([] { return false; }, 20000);
    checks.equal("reserved filter", received_sgis(9), before + 1);
    write32(gicd + gic::sgir, 0xffu << 16 | 7); // all CPUs: reaches those of this cell
    sgis_arrive(7, 2);
    checks.equal("SGI to a list", received_sgis(7), 2);
    checks.equal("GICD_SGIR reads", read32(gicd + gic::sgir), 0);
}

void own_interrupts() {
    const uint32_t timer_bit = 1u << timer::virtual_ppi;
    write32(gicd + gic::isenabler, timer_bit);
    checks.equal("PPI enabled", read32(gicd + gic::isenabler) & timer_bit, timer_bit);
    write32(gicd + gic::icenabler, timer_bit);
    checks.equal("PPI disabled", read32(gicd + gic::isenabler) & timer_bit, 0);
    write32(gicd + gic::icactiver, timer_bit);
    checks.equal("PPI inactive", read32(gicd + gic::isactiver) & timer_bit, 0);
    write8(gicd + gic::ipriorityr + timer::virtual_ppi, 0x80);
    checks.equal("PPI priority", read8(gicd + gic::ipriorityr + timer::virtual_ppi), 0x80);
    // The hypervisor's own SGIs survive this: management and SGIs between CPUs go on.
    write32(gicd + gic::icenabler, 3);
    write32(gicd + gic::isenabler, 3);
}

} // namespace

void registers() {
    identification(0xfd0, 0x1000, 2);
    reads_zero("GICD reserved 0x00c", gicd + 0x00c);
    reads_zero("GICD_NSACR", gicd + 0xe08);
    reads_zero("GICD reserved 0xfc0", gicd + 0xfc0);
    for (unsigned i = 0; i < 32; i += 4) {
        read_only("GICD_ITARGETSR of the own CPU", gicd + gic::itargetsr + i);
    }
    checks.equal("own number", read8(gicd + gic::itargetsr + timer::virtual_ppi), own_bit());
    own_interrupts();
}

void own_route(unsigned intid) {
    const uint64_t targets = gicd + gic::itargetsr + intid;
    const uint32_t neighbours = read32(targets & ~3ull) & ~(0xffu << intid % 4 * 8);
    write8(targets, static_cast<uint8_t>(own_bit() | other_bits()));
    checks.equal("targets", read8(targets), own_bit() | other_bits());
    write32(targets & ~3ull, own_bit() * 0x01010101u);
    checks.equal("target by word", read8(targets), own_bit());
    checks.equal("other targets kept", read32(targets & ~3ull) & ~(0xffu << intid % 4 * 8),
                 neighbours);
}

void foreign_route(unsigned intid) {
    const uint64_t targets = gicd + gic::itargetsr + intid;
    write8(targets, static_cast<uint8_t>(own_bit()));
    checks.equal("foreign targets", read8(targets), 0);
}

void sgis() {
    sgi_filters();
    irq_disable();
    sgi_sources();
    irq_enable();
}

} // namespace gictest::v2
