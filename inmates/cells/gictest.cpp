// SPDX-License-Identifier: Apache-2.0
// gictest: what a cell sees and may change of the GICv3, checked line by line.
//
//   own=N            INTID of an SPI of this cell that no device drives (0: leave those checks out)
//   foreign=N        INTID of an SPI of somebody else (0: leave those checks out)
//   other-mpidr=N    affinity of a CPU of somebody else (none: leave those checks out)
//   bare=BOOL        runs on hardware without a hypervisor: leave out what only it does (false)
#include "gic.hpp"
#include "check.hpp"
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr uint64_t none = ~0ull;
constexpr uint64_t patience_us = 1000000;

Checks checks;
uint64_t gicd;
uint64_t gicr;
bool bare;
volatile unsigned received[gic::first_spi + 1]; // the last one: the own SPI

void count(void* slot) {
    const auto i = reinterpret_cast<uint64_t>(slot);
    received[i] = received[i] + 1;
}

struct BitRegister {
    const char* name;
    uint64_t set;
    uint64_t clear;
};

constexpr BitRegister bit_registers[] = {{"enable", gic::isenabler, gic::icenabler},
                                         {"pending", gic::ispendr, gic::icpendr},
                                         {"active", gic::isactiver, gic::icactiver}};

void read_only(const char* name, uint64_t address) {
    const uint32_t old = read32(address);
    write32(address, ~old);
    print("gictest: %s = 0x%x\n", name, old);
    checks.equal(name, read32(address), old);
}

void reads_zero(const char* name, uint64_t address) {
    write32(address, ~0u);
    checks.equal(name, read32(address), 0);
}

void distributor_global() {
    if (!bare) {
        read_only("GICD_CTLR", gicd + gic::ctlr);
    }
    read_only("GICD_TYPER", gicd + gic::typer);
    read_only("GICD_IIDR", gicd + gic::iidr);
    for (uint64_t offset = 0xffd0; offset < 0x10000; offset += 4) {
        const uint32_t old = read32(gicd + offset);
        write32(gicd + offset, ~old);
        checks.equal("GICD id register ", static_cast<unsigned>(offset), read32(gicd + offset),
                     old);
    }
    checks.equal("GICD_PIDR2 architecture", read32(gicd + 0xffe8) >> 4 & 0xf, 3);
    reads_zero("GICD reserved 0x00c", gicd + 0x00c);
    reads_zero("GICD_SETSPI_NSR", gicd + 0x040);
    reads_zero("GICD_NSACR", gicd + 0xe08);
    reads_zero("GICD reserved 0xfc0", gicd + 0xfc0);
    reads_zero("GICD_ITARGETSR of an SPI", gicd + gic::itargetsr + 32);
    reads_zero("GICD_SGIR", gicd + gic::sgir);
    reads_zero("GICD_ISENABLER0", gicd + gic::isenabler);
    reads_zero("GICD_IPRIORITYR0", gicd + gic::ipriorityr);
    reads_zero("GICD_IROUTER of a PPI", gicd + gic::irouter + 27 * 8);
}

void own_spi_bits(unsigned intid) {
    const uint64_t word = gicd + intid / 32 * 4;
    const uint32_t bit = 1u << intid % 32;
    for (const BitRegister& reg : bit_registers) {
        write32(word + reg.set, bit);
        checks.equal(reg.name, intid, read32(word + reg.set) & bit, bit);
        checks.equal("same in the clear register ", intid, read32(word + reg.clear) & bit, bit);
        write32(word + reg.clear, bit);
        checks.equal("cleared ", intid, read32(word + reg.set) & bit, 0);
        write32(word + reg.set, 0);
        checks.equal("write of zero ", intid, read32(word + reg.set) & bit, 0);
    }
}

void own_spi_fields(unsigned intid) {
    const uint64_t priority = gicd + gic::ipriorityr + intid;
    write8(priority, 0xa0);
    checks.equal("priority byte", read8(priority), 0xa0);
    const uint32_t neighbours = read32(priority & ~3ull) & ~(0xffu << intid % 4 * 8);
    write8(priority, 0x40);
    checks.equal("priority neighbours kept", read32(priority & ~3ull) & ~(0xffu << intid % 4 * 8),
                 neighbours);
    write32(priority & ~3ull, neighbours | 0x80u << intid % 4 * 8);
    checks.equal("priority by word", read8(priority), 0x80);

    const uint64_t config = gicd + gic::icfgr + intid / 16 * 4;
    const unsigned shift = intid % 16 * 2;
    write32(config, read32(config) | 2u << shift);
    checks.equal("edge triggered", read32(config) >> shift & 3, 2);
    write32(config, read32(config) & ~(3u << shift));
    checks.equal("level triggered", read32(config) >> shift & 3, 0);
    write32(config, read32(config) | 2u << shift);

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

// Everything is invisible and nothing changes; the root cell's side is looked at by the test.
void foreign_spi(unsigned intid) {
    const uint64_t word = gicd + intid / 32 * 4;
    const uint32_t bit = 1u << intid % 32;
    for (const BitRegister& reg : bit_registers) {
        write32(word + reg.clear, bit);
        checks.equal("foreign clear ", intid, read32(word + reg.clear) & bit, 0);
        write32(word + reg.set, bit);
        checks.equal("foreign set ", intid, read32(word + reg.set) & bit, 0);
    }
    write32(word + gic::igroupr, read32(word + gic::igroupr) & ~bit);
    checks.equal("foreign group", read32(word + gic::igroupr) & bit, 0);
    write8(gicd + gic::ipriorityr + intid, 0xff);
    checks.equal("foreign priority", read8(gicd + gic::ipriorityr + intid), 0);
    const uint64_t config = gicd + gic::icfgr + intid / 16 * 4;
    write32(config, read32(config) | 2u << intid % 16 * 2);
    checks.equal("foreign configuration", read32(config) >> intid % 16 * 2 & 3, 0);
    const uint64_t router = gicd + gic::irouter + intid * 8;
    write64(router, own_affinity());
    checks.equal("foreign route", read64(router), 0);
}

// Which SPIs are this cell's, as the enable registers show it.
void owned_words() {
    const unsigned words = (read32(gicd + gic::typer) & 0x1f) + 1;
    for (unsigned i = 1; i < words && i < 32; ++i) {
        const uint32_t old = read32(gicd + gic::isenabler + i * 4);
        write32(gicd + gic::isenabler + i * 4, ~0u);
        const uint32_t owned = read32(gicd + gic::isenabler + i * 4);
        write32(gicd + gic::icenabler + i * 4, owned & ~old);
        print("gictest: owned SPIs %u..%u: 0x%08x\n", i * 32, i * 32 + 31, owned);
    }
}

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

bool arrives(unsigned slot, unsigned times) {
    return timer::wait_for([=] { return received[slot] >= times; }, patience_us);
}

void sgis() {
    for (unsigned i = 0; i < gic::num_sgis; ++i) {
        gic::set_handler(i, count, reinterpret_cast<void*>(uint64_t{i}));
        gic::enable(i);
    }
    irq_enable();
    for (unsigned i = 0; i < gic::num_sgis; ++i) {
        gic::send_sgi(own_affinity(), i);
        arrives(i, 1);
        checks.equal("SGI to self ", i, received[i], 1);
    }
    gic::send_sgi_to_all_others(5);
    timer::wait_for([] { return received[5] != 1; }, 20000);
    checks.equal("SGI to all others spares self", received[5], 1);
    const uint64_t foreign = cmdline_int("other-mpidr", none);
    if (foreign != none) {
        gic::send_sgi(foreign, 6);
        gic::send_sgi(foreign | 0xff00000000, 6);
    }
    // A list of all 16 CPUs of the cluster reaches those of this cell.
    write_sysreg(S3_0_C12_C11_5, 7ull << 24 | 0xffff | (own_affinity() & 0xff00) << 8);
    isb();
    arrives(7, 2);
    checks.equal("SGI to a list", received[7], 2);
    irq_disable();
}

void own_spi_delivery(unsigned intid) {
    constexpr unsigned slot = gic::first_spi;
    gic::set_handler(intid, count, reinterpret_cast<void*>(uint64_t{slot}));
    const uint64_t word = gicd + intid / 32 * 4;
    const uint32_t bit = 1u << intid % 32;
    irq_enable();
    write32(word + gic::ispendr, bit);
    timer::wait_for([] { return received[slot] != 0; }, 20000);
    checks.equal("disabled SPI stays away", received[slot], 0);
    gic::enable_spi(intid);
    arrives(slot, 1);
    checks.equal("pending SPI arrives", received[slot], 1);
    checks.equal("no longer active", read32(word + gic::isactiver) & bit, 0);
    for (unsigned i = 2; i < 12; ++i) {
        write32(word + gic::ispendr, bit);
        arrives(slot, i);
    }
    checks.equal("and again", received[slot], 11);

    write_sysreg(S3_0_C4_C6_0, 0u); // ICC_PMR_EL1: nothing passes
    isb();
    write32(word + gic::ispendr, bit);
    timer::wait_for([] { return received[slot] != 11; }, 20000);
    checks.equal("priority mask holds back", received[slot], 11);
    write_sysreg(S3_0_C4_C6_0, 0xf0u);
    isb();
    arrives(slot, 12);
    checks.equal("priority mask lets pass", received[slot], 12);
    gic::disable(intid);
    irq_disable();
    checks.equal("nothing to acknowledge", read_sysreg(S3_0_C12_C12_0) & 0xffffff, 1023);
}

} // namespace

void inmate_main() {
    checks.begin("gictest");
    gicd = gic::distributor();
    gicr = gic::redistributor();
    bare = cmdline_bool("bare", false);
    const auto own = static_cast<unsigned>(cmdline_int("own", 0));
    const auto foreign = static_cast<unsigned>(cmdline_int("foreign", 0));

    distributor_global();
    owned_words();
    redistributors();
    own_redistributor();
    if (own >= gic::first_spi) {
        own_spi_bits(own);
        own_spi_fields(own);
    }
    if (foreign >= gic::first_spi) {
        foreign_spi(foreign);
    }
    sgis();
    if (own >= gic::first_spi) {
        own_spi_delivery(own);
    }
    print("gictest: %u interrupts without a handler\n", gic::spurious_count());
    checks.finish();
}
