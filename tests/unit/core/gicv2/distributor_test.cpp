// SPDX-License-Identifier: Apache-2.0
#include "gic/v2/distributor.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "arch/this_cpu.hpp"
#include "gicv2/gic.hpp"
#include "support.hpp"

using namespace brig;
using namespace test;

namespace {

/// A cell with CPUs 1 and 2; the current CPU is 1.
struct Gic : Machine {
    Gic() {
        distributor.init(kGicd);
        cell.id = 1;
        for (unsigned id : {1u, 2u}) {
            cell.cpus.set(id);
            cpu(id).cell = &cell;
        }
        for (unsigned intid : {33u, 40u, 63u, 64u, 79u, 1000u})
            cell.interrupts.set(intid);
        cell.interrupts.word(0) = 0xfdff0000;
        be(1);
    }
    void be(unsigned id) { arch::fake_cpu = &cpu(id); }
    uint64_t read(uint32_t offset, unsigned size = 4) {
        MmioAccess access{kGicd + offset, size, false, 0xbad};
        CHECK(distributor.access(*arch::fake_cpu, access) == MmioResult::handled);
        return access.value;
    }
    MmioResult write(uint32_t offset, uint64_t value, unsigned size = 4) {
        MmioAccess access{kGicd + offset, size, true, value};
        return distributor.access(*arch::fake_cpu, access);
    }
    uint64_t at(uint32_t offset) { return bus.get(banked(kGicd + offset), 4); }
    gicv2::Distributor distributor;
    Cell cell;
};

constexpr uint32_t kOwned1 = 1u << 1 | 1u << 8 | 1u << 31; // of INTIDs 32 to 63
constexpr uint32_t kReserved = 1u << 0 | 1u << 1 | 1u << kMaintenance;

} // namespace

TEST_CASE("GICv2: SPIs are limited to owned bits") {
    for (uint32_t base : {0x100u, 0x200u, 0x300u}) {
        Gic gic;
        gic.bus.set(kGicd + base + 4, 4, 0xffffffff);
        CHECK(gic.read(base + 4) == kOwned1);
        gic.write(base + 0x84, 0xffffffff);
        CHECK(gic.at(base + 4) == ~kOwned1);
        gic.bus.set(kGicd + base + 4, 4, 0);
        gic.write(base + 4, 0xffffffff);
        CHECK(gic.at(base + 4) == kOwned1);
    }
    Gic gic;
    gic.bus.set(kGicd + 0x84, 4, ~0u);
    CHECK(gic.read(0x84) == kOwned1);
    gic.write(0x84, 0);
    CHECK(gic.at(0x84) == ~0u);
}

TEST_CASE("GICv2: word 0 is the own CPU's, without what EL2 keeps") {
    Gic gic;
    gic.bus.set(banked(kGicd + 0x100), 4, 0);
    gic.write(0x100, ~0u);
    CHECK(gic.at(0x100) == ~kReserved);
    gic.be(2);
    gic.bus.set(banked(kGicd + 0x100), 4, ~0u);
    gic.write(0x180, ~0u);
    CHECK(gic.at(0x100) == kReserved);
    gic.be(1);
    CHECK(gic.read(0x100) == ~kReserved);
    // Priorities by byte and word
    gic.bus.set(banked(kGicd + 0x400), 4, 0);
    gic.write(0x400, 0xf0f0f0f0);
    CHECK(gic.read(0x400) == 0xf0f00000);
    gic.write(0x400 + 27, 0x80, 1);
    CHECK(gic.read(0x400 + 27, 1) == 0x80);
    // Configuration of PPIs, but for the maintenance interrupt's
    gic.bus.set(banked(kGicd + 0xc04), 4, 0);
    gic.write(0xc04, 0xaaaaaaaa);
    CHECK(gic.read(0xc04) == (0xaaaaaaaau & ~(3u << (kMaintenance % 16 * 2))));
}

TEST_CASE("GICv2: identification passes through, control and reserved registers do not") {
    Gic gic;
    CHECK(gic.read(4) == 0xfc67);
    CHECK(gic.read(0xfe8) == 0x2b);
    for (uint32_t offset : {0xe00u, 0xf00u, 0xd00u})
        CHECK(gic.read(offset) == 0);
    gic.bus.forget();
    for (uint32_t offset :
         {0u, 4u, 8u, 0xfe8u, 0x40u, 0x80u, 0x84u, 0xd00u, 0xe00u, 0x800u, 0x81cu})
        CHECK(gic.write(offset, 0xffffffff) == MmioResult::handled);
    CHECK(gic.bus.writes().empty());
}

TEST_CASE("GICv2: targets stay inside the cell") {
    Gic gic;
    const Capture capture;
    CHECK(gic.read(0x800, 1) == 2); // the own number, for every SGI and PPI
    CHECK(gic.read(0x81c) == 0x02020202);
    CHECK(gic.write(0x821, 6, 1) == MmioResult::handled);
    CHECK(gic.bus.get(kGicd + 0x821, 1) == 6);
    gic.bus.set(kGicd + 0x820, 4, 0x01010101);
    CHECK(gic.write(0x820, 0x01010201) == MmioResult::handled); // 33; the others are foreign
    CHECK(gic.at(0x820) == 0x01010201);
    CHECK(gic.read(0x820) == 0x200);
    CHECK(gic.write(0x821, 0, 1) == MmioResult::handled); // nobody
    CHECK(capture.text().empty());
    for (const uint32_t targets : {1u, 3u, 8u, 0x80u}) {
        CHECK(gic.write(0x821, targets, 1) == MmioResult::forbidden);
        CHECK(gic.write(0x820, targets << 8) == MmioResult::forbidden);
    }
    CHECK(gic.at(0x820) == 0x01010001);
    CHECK(capture.text().find("Attempt to route IRQ33 outside of cell\n") == 0);
    CHECK(gic.write(0x822, 1, 1) == MmioResult::handled); // foreign: ignored
    CHECK(gic.read(0x822, 1) == 0);
}

TEST_CASE("GICv2: a change of hands takes targets back into the cell") {
    Gic gic;
    const auto adopted = [&](uint8_t before) {
        gic.bus.set(kGicd + 0x800 + 40, 1, before);
        gic.distributor.adopt(gic.cell, 40);
        return gic.bus.get(kGicd + 0x800 + 40, 1);
    };
    CHECK(adopted(1) == 2);
    CHECK(adopted(0) == 2);
    CHECK(adopted(4) == 4);
    CHECK(adopted(6) == 6);
    CHECK(adopted(0x0d) == 4);
}

TEST_CASE("GICv2: no access of a guest becomes an unaligned one of EL2") {
    Gic gic;
    const Capture capture;
    for (unsigned size : {1u, 2u, 4u, 8u})
        for (uint32_t offset = 0; offset < 0x1000; offset++) {
            MmioAccess access{kGicd + offset, size, offset % 3 == 0, 1};
            (void)gic.distributor.access(gic.cpu(1), access);
            if (gic.bus.unaligned != 0) {
                CAPTURE(offset);
                CAPTURE(size);
                FAIL("unaligned");
            }
            gic.bus.forget();
        }
}
