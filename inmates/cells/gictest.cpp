// SPDX-License-Identifier: Apache-2.0
// gictest: what a cell sees and may change of the interrupt controller, checked line by line. What
// differs between GICv2 and GICv3 is in gictest_v2.cpp and gictest_v3.cpp.
//
//   own=N            INTID of an SPI of this cell that no device drives (0: leave those checks out)
//   foreign=N        INTID of an SPI of somebody else (0: leave those checks out)
//   other-mpidr=N    affinity of a CPU of somebody else (none: leave those checks out)
//   bare=BOOL        runs on hardware without a hypervisor: leave out what only it does (false)
#include "gictest.hpp"

#include "gic.hpp"
#include "inmate.hpp"

using namespace brig;

namespace gictest {

Checks checks;
uint64_t gicd;
bool bare;

namespace {

constexpr uint64_t none = ~0ull;
volatile unsigned received[gic::first_spi + 1]; // the last one: the own SPI

void count(void* slot) {
    const auto i = reinterpret_cast<uint64_t>(slot);
    received[i] = received[i] + 1;
}

} // namespace

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

void identification(uint64_t first, uint64_t end, unsigned architecture) {
    if (!bare) {
        read_only("GICD_CTLR", gicd + gic::ctlr);
    }
    read_only("GICD_TYPER", gicd + gic::typer);
    read_only("GICD_IIDR", gicd + gic::iidr);
    for (uint64_t offset = first; offset < end; offset += 4) {
        const uint32_t old = read32(gicd + offset);
        write32(gicd + offset, ~old);
        checks.equal("GICD id register ", static_cast<unsigned>(offset), read32(gicd + offset),
                     old);
    }
    checks.equal("GICD_PIDR2 architecture", read32(gicd + end - 0x18) >> 4 & 0xf, architecture);
}

unsigned received_sgis(unsigned sgi) {
    return received[sgi];
}

bool sgis_arrive(unsigned sgi, unsigned times) {
    return timer::wait_for([=] { return received[sgi] >= times; }, patience_us);
}

namespace {

struct BitRegister {
    const char* name;
    uint64_t set;
    uint64_t clear;
};

constexpr BitRegister bit_registers[] = {{"enable", gic::isenabler, gic::icenabler},
                                         {"pending", gic::ispendr, gic::icpendr},
                                         {"active", gic::isactiver, gic::icactiver}};

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

void common_sgis() {
    for (unsigned i = 0; i < gic::num_sgis; ++i) {
        gic::set_handler(i, count, reinterpret_cast<void*>(uint64_t{i}));
        gic::enable(i);
    }
    irq_enable();
    for (unsigned i = 0; i < gic::num_sgis; ++i) {
        gic::send_sgi(own_affinity(), i);
        sgis_arrive(i, 1);
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
    gic::version() == 2 ? v2::sgis() : v3::sgis();
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
    sgis_arrive(slot, 1);
    checks.equal("pending SPI arrives", received[slot], 1);
    checks.equal("no longer active", read32(word + gic::isactiver) & bit, 0);
    for (unsigned i = 2; i < 12; ++i) {
        write32(word + gic::ispendr, bit);
        sgis_arrive(slot, i);
    }
    checks.equal("and again", received[slot], 11);

    gic::set_priority_mask(0);
    write32(word + gic::ispendr, bit);
    timer::wait_for([] { return received[slot] != 11; }, 20000);
    checks.equal("priority mask holds back", received[slot], 11);
    gic::set_priority_mask(0xf0);
    sgis_arrive(slot, 12);
    checks.equal("priority mask lets pass", received[slot], 12);
    gic::disable(intid);
    irq_disable();
    checks.equal("nothing to acknowledge", gic::acknowledge(), 1023);
}

void run() {
    gicd = gic::distributor();
    bare = cmdline_bool("bare", false);
    const auto own = static_cast<unsigned>(cmdline_int("own", 0));
    const auto foreign = static_cast<unsigned>(cmdline_int("foreign", 0));
    const bool v2 = gic::version() == 2;

    v2 ? v2::registers() : v3::registers();
    owned_words();
    if (own >= gic::first_spi) {
        own_spi_bits(own);
        own_spi_fields(own);
        v2 ? v2::own_route(own) : v3::own_route(own);
    }
    if (foreign >= gic::first_spi) {
        foreign_spi(foreign);
        v2 ? v2::foreign_route(foreign) : v3::foreign_route(foreign);
    }
    common_sgis();
    if (own >= gic::first_spi) {
        own_spi_delivery(own);
    }
}

} // namespace
} // namespace gictest

void inmate_main() {
    gictest::checks.begin("gictest");
    gictest::run();
    print("gictest: %u interrupts without a handler\n", gic::spurious_count());
    gictest::checks.finish();
}
