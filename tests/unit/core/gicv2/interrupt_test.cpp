// SPDX-License-Identifier: Apache-2.0
// The interrupt exit, and SGIs between CPUs.
#include <doctest/doctest.h>

#include <initializer_list>

#include "cell/control.hpp"
#include "gic/irqchip.hpp"
#include "gic/sgi.hpp"
#include "gicv2/cpus.hpp"

using namespace brig;
using namespace test;
using arch::gic::fake;
using gicv2::Port;

TEST_CASE("GICv2: a cell's interrupts are injected and stay active, others end here") {
    Gicv2Cpus gic;
    for (uint32_t intid : {27u, 32u, 158u}) {
        CHECK(gic.arrives(intid));
        CHECK(gic.dropped_only(intid));
    }
    CHECK(gic.lr(2) == (Port::kPending | Port::kHardware | 158 << 10 | 158));
    CHECK(gic.arrives(33));
    CHECK(gic.ended(33));
    CHECK(gic.lr(3) == 0);
    gic.be(2);
    CHECK(gic.arrives(33));
    CHECK(gic.dropped_only(33));
    CHECK(gic.arrives(1023));
    CHECK(fake.dropped.empty());
}

TEST_CASE("GICv2: what finds no list register comes after a maintenance interrupt") {
    Gicv2Cpus gic;
    for (uint32_t intid = 40; intid < 46; intid++)
        CHECK(gic.arrives(intid));
    gic.cpu(0).gic.sgi_sources[0].store_relaxed(2 << 16);
    sgi::deliver(gic.cpu(0));
    CHECK(gic.waiting(0, 2) == 2);
    CHECK(gic.underflow());
    for (unsigned n = 0; n < 4; n++)
        gic.set_lr(n, 0);
    CHECK(gic.arrives(kMaintenance));
    CHECK(Port::virtual_intid(gic.lr(1)) == 45);
    CHECK(gic.lr(2) == sgi_of(1, 2));
    CHECK(gic.waiting(0, 2) == 0);
    CHECK_FALSE(gic.underflow());
}

TEST_CASE("GICv2: adopt keeps Linux's state and pending SGIs, release gives it back") {
    Gicv2Cpus gic;
    Cpu& cpu = gic.be(1);
    gic.bus.set(banked(kGich), 4, 0);
    gic.bus.set(banked(kGicc), 4, 0x261); // enabled, EOImode, bypass bits
    gic.bus.set(banked(kGicc + 4), 4, 0xf0);
    gic.bus.set(banked(kGicc + 0xd8), 4, 1u << 16); // Linux's interrupt, with a priority of 0xa0
    gic.bus.set(banked(kGicd + 0x100), 4, 0);
    gic.bus.set(banked(kGicd + 0x300), 4, 1u << 1 | 1u << 30);
    gic.bus.set(banked(kGicd + 0x400), 4, 0xa0a0a0a0);
    gic.bus.set(banked(kGicd + 0xf20), 4, 0x00040000); // SGI 2 of CPU interface 2
    REQUIRE(irqchip::adopt(cpu));
    CHECK(cpu.gic.interface == 1);
    CHECK(gic.at(kGich) == 1);
    CHECK(gic.at(kGich + 8) == (0x1eu << 27 | 1 << 9 | 1));
    CHECK(gic.at(kGicc) == 0x261);
    CHECK(gic.at(kGicc + 4) == 0xff);
    for (uint64_t apr = kGicc + 0xd0; apr <= kGicc + 0xdc; apr += 4)
        CHECK(gic.at(apr) == 0);
    CHECK(gic.at(kGicd + 0x300) == 1u << 30);
    CHECK(gic.at(kGicd + 0x400) == 0xa0a00000);
    CHECK(gic.at(kGicd + 0x100) == (3u | 1u << kMaintenance));
    CHECK(gic.at(kGicd + 0xf20) == 0);
    CHECK(gic.lr(0) == sgi_of(2, 2));

    // An SGI, an edge and a level that the guest has not seen; and it has changed mask and mode.
    gic.bus.set(kGicd + 0xc08, 4, 2u << 4 | 2u << 1); // INTID 34 edge, 35 level
    CHECK(gic.arrives(34));
    CHECK(gic.arrives(35));
    gic.bus.set(banked(kGich + 8), 4, 0x10u << 27 | 1);
    fake.deactivated.clear();
    gic.bus.forget();
    irqchip::release(cpu);
    CHECK(gic.bus.get(kGicd + 0x204, 4) == 1u << 2);
    CHECK(fake.deactivated == std::vector<uint32_t>{34, 35});
    CHECK(gic.at(kGicd + 0xf20) == 0x00040000);
    CHECK(gic.at(kGich) == 0);
    CHECK(gic.at(kGicc) == 0x61);
    CHECK(gic.at(kGicc + 4) == 0x80);
    for (unsigned n = 0; n < 4; n++)
        CHECK(gic.lr(n) == 0);
    for (const auto& access : gic.bus.writes()) // QEMU makes a pending SGI of a zero
        CHECK_FALSE((access.address >= kGicd + 0xf20 && access.address < kGicd + 0xf30 &&
                     access.value == 0));
}

TEST_CASE("GICv2: reset leaves nothing behind") {
    Gicv2Cpus gic;
    Cpu& cpu = gic.cpu(0);
    CHECK(gic.arrives(27));
    gic.set_lr(1, Port::kEoi | 3);
    cpu.gic.sgi_sources[3].store_relaxed(0x10);
    fake.deactivated.clear();
    irqchip::reset(cpu);
    CHECK(fake.deactivated == std::vector<uint32_t>{27});
    CHECK(gic.lr(0) == 0);
    CHECK(gic.lr(1) == 0);
    CHECK(cpu.gic.sgi_sources[3].load_relaxed() == 0);
    CHECK(gic.at(kGich + 8) == 0);
    CHECK_FALSE(irqchip::has_pending(cpu));
}

TEST_CASE("GICv2: the guest's CPU interface is GICV; the frames are nobody's") {
    Gicv2Cpus gic;
    PageTable::Mapping mapping;
    for (const Cell* cell : {&sys.root, sys.root.next}) {
        REQUIRE(cell->stage2.walk(kGicc + 0x1010, mapping));
        CHECK(mapping.physical == kGicv + 0x1010);
        for (const uint64_t frame : {kGicd, kGich, kGicv})
            CHECK_FALSE(cell->stage2.walk(frame, mapping));
    }
    for (const uint64_t address : {kGicd, kGicc + 0x1000, kGich, kGicv}) {
        CHECK(irqchip::overlaps({address, 4}));
        CHECK(irqchip::contains(address) == (address == kGicd));
    }
}

TEST_CASE("GICv2: pages that repeat are found out") {
    Gicv2Cpus gic;
    gic.bus.set(banked(kGicc + 0x10fc), 4, 0x0202143b);
    const Capture capture;
    CHECK(irqchip::init().error() == Error::no_device);
    CHECK(capture.text().find("offset 0xf000") != std::string::npos);
    gic.bus.set(banked(kGicc + 0x10fc), 4, 0);
    CHECK(irqchip::init());
    gic.bus.set(kGicd + 0xfe8, 4, 0x3b);
    CHECK(irqchip::init().error() == Error::no_device);
}
