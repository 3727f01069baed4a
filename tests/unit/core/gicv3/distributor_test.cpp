// SPDX-License-Identifier: Apache-2.0
#include "gic/v3/distributor.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "support.hpp"

using namespace brig;
using namespace test;

namespace {

struct Gic : Machine {
    Gic() {
        distributor.init(kGicd);
        cell.id = 1;
        cell.cpus.set(1);
        cell.cpus.set(2);
        for (unsigned intid : {33, 40, 63, 64, 79, 1000})
            cell.interrupts.set(intid);
        cell.interrupts.word(0) = 0xfdff0000;
    }
    uint64_t read(uint32_t offset, unsigned size = 4) {
        MmioAccess access{kGicd + offset, size, false, 0xbad};
        CHECK(distributor.access(cell, access) == MmioResult::handled);
        return access.value;
    }
    MmioResult write(uint32_t offset, uint64_t value, unsigned size = 4) {
        MmioAccess access{kGicd + offset, size, true, value};
        return distributor.access(cell, access);
    }
    gicv3::Distributor distributor;
    Cell cell;
};

constexpr uint32_t kOwned1 = 1u << 1 | 1u << 8 | 1u << 31; // of INTIDs 32 to 63

} // namespace

TEST_CASE("distributor: set and clear registers are limited to owned bits") {
    for (uint32_t base : {0x100u, 0x200u, 0x300u}) {
        Gic gic;
        gic.bus.set(kGicd + base + 4, 4, 0xffffffff);
        CHECK(gic.read(base + 4) == kOwned1);
        CHECK(gic.read(base + 0x84) == kOwned1);
        gic.write(base + 0x84, 0xffffffff);
        CHECK(gic.bus.get(kGicd + base + 4, 4) == ~kOwned1);
        gic.bus.set(kGicd + base + 4, 4, 0);
        gic.write(base + 4, 0xffffffff);
        CHECK(gic.bus.get(kGicd + base + 4, 4) == kOwned1);
        gic.bus.forget();
        gic.write(base, 0xffffffff); // SGIs and PPIs are not here
        CHECK(gic.read(base) == 0);
        gic.write(base + 4, 0xff, 1);
        gic.write(base + 4, 0xffff, 2);
        gic.write(base + 4, ~uint64_t{0}, 8);
        gic.write(base + 6, 0xffffffff);
        CHECK(gic.read(base + 4, 8) == 0);
        CHECK(gic.bus.log.empty());
    }
}

TEST_CASE("distributor: identification passes through, control does not") {
    Gic gic;
    gic.bus.set(kGicd + 8, 4, 0x43b);
    CHECK(gic.read(0) == 0x10);
    CHECK(gic.read(4) == 0x780407);
    CHECK(gic.read(8) == 0x43b);
    CHECK(gic.read(0xffe8) == 0x30);
    CHECK(gic.read(0xffe8, 8) == 0);
    CHECK(gic.read(0xffe9) == 0);
    gic.bus.forget();
    for (uint32_t offset : {0u, 4u, 8u, 0xffe8u, 0x40u, 0xf00u, 0xc000u, 0x80u, 0x84u})
        CHECK(gic.write(offset, 0xffffffff) == MmioResult::handled);
    CHECK(gic.bus.writes().empty());
}

TEST_CASE("distributor: the group is read only, of owned interrupts") {
    Gic gic;
    gic.bus.set(kGicd + 0x80, 8, ~uint64_t{0});
    CHECK(gic.read(0x84) == kOwned1);
    CHECK(gic.read(0x80) == 0);
}

TEST_CASE("distributor: no access of a guest becomes an unaligned one of EL2") {
    Gic gic;
    for (unsigned size : {1u, 2u, 4u, 8u})
        for (uint32_t offset = 0; offset < 0x10000; offset++) {
            MmioAccess access{kGicd + offset, size, offset % 3 == 0, 1};
            (void)gic.distributor.access(gic.cell, access);
            if (gic.bus.unaligned != 0) {
                CAPTURE(offset);
                CAPTURE(size);
                FAIL("unaligned");
            }
            gic.bus.forget();
        }
}

TEST_CASE("distributor: priorities by byte and word, neighbours untouched") {
    Gic gic;
    gic.bus.set(kGicd + 0x420, 4, 0x44332211);
    CHECK(gic.read(0x420) == 0x2200);
    CHECK(gic.read(0x421, 1) == 0x22);
    CHECK(gic.read(0x420, 1) == 0);
    gic.write(0x420, 0xaabbccdd);
    CHECK(gic.bus.get(kGicd + 0x420, 4) == 0x4433cc11);
    gic.write(0x422, 0xff, 1);
    gic.write(0x421, 0x55, 1);
    CHECK(gic.bus.get(kGicd + 0x420, 4) == 0x44335511);
    for (const auto& access : gic.bus.writes())
        CHECK(access.size == 1);
    gic.bus.forget();
    gic.write(0x420, ~uint64_t{0}, 8);
    gic.write(0x420, 0xffff, 2);
    gic.write(0x400 + 27, 0xff, 1); // a PPI
    CHECK(gic.bus.writes().empty());
    gic.write(0x400 + 1000, 0x80, 1);
    CHECK(gic.bus.get(kGicd + 0x400 + 1000, 1) == 0x80);
    gic.write(0x7fc, ~0u);
    CHECK(gic.bus.get(kGicd + 0x7fc, 4) == 0);
}

TEST_CASE("distributor: configuration is merged") {
    Gic gic;
    gic.bus.set(kGicd + 0xc08, 4, 0x55555555); // INTIDs 32 to 47: owned 33 and 40
    constexpr uint32_t owned = 3u << 2 | 3u << 16;
    CHECK(gic.read(0xc08) == (0x55555555 & owned));
    gic.write(0xc08, 0xaaaaaaaa);
    CHECK(gic.bus.get(kGicd + 0xc08, 4) == ((0x55555555 & ~owned) | (0xaaaaaaaa & owned)));
    gic.write(0xc0c, 0xffffffff); // 48 to 63: 63
    CHECK(gic.bus.get(kGicd + 0xc0c, 4) == 0xc0000000);
    gic.bus.forget();
    gic.write(0xc00, 0xffffffff);
    gic.write(0xc04, 0xffffffff);
    gic.write(0xc08, 0xff, 1);
    CHECK(gic.bus.writes().empty());
}

TEST_CASE("distributor: routes stay inside the cell") {
    Gic gic;
    const Capture capture;
    const uint32_t r33 = 0x6000 + 33 * 8;
    CHECK(gic.write(r33, 2, 8) == MmioResult::handled);
    CHECK(gic.bus.get(kGicd + r33, 8) == 2);
    CHECK(gic.read(r33, 8) == 2);
    CHECK(gic.read(r33) == 2);
    CHECK(gic.read(r33 + 4) == 0);
    CHECK(gic.write(r33 + 4, 1) == MmioResult::handled); // ignored
    CHECK(gic.write(r33, 1) == MmioResult::handled);
    CHECK(gic.bus.get(kGicd + r33, 8) == 1);
    CHECK(capture.text().empty());
    CHECK(gic.write(r33, 0, 8) == MmioResult::forbidden);
    CHECK(gic.write(r33, 3, 8) == MmioResult::forbidden);
    CHECK(gic.write(r33, uint64_t{1} << 31 | 1, 8) == MmioResult::forbidden); // any CPU
    CHECK(gic.write(r33, uint64_t{1} << 32 | 1, 8) == MmioResult::forbidden);
    CHECK(gic.bus.get(kGicd + r33, 8) == 1);
    CHECK(capture.text().find("Attempt to route IRQ33 outside of cell\n") == 0);
    const uint32_t r34 = 0x6000 + 34 * 8;
    gic.bus.set(kGicd + r34, 8, 3);
    CHECK(gic.write(r34, 0, 8) == MmioResult::handled); // foreign: ignored
    CHECK(gic.read(r34, 8) == 0);
    CHECK(gic.bus.get(kGicd + r34, 8) == 3);
    CHECK(gic.write(0x6000 + 27 * 8, 1, 8) == MmioResult::handled);
    CHECK(gic.bus.get(kGicd + 0x6000 + 27 * 8, 8) == 0);
}

TEST_CASE("distributor: interrupts of a cell that stops or changes hands") {
    Gic gic;
    gic.bus.set(kGicd + 0x104, 4, 0xffffffff);
    gic.bus.set(kGicd + 0x304, 4, 0xffffffff);
    gic.bus.set(kGicd + 0x204, 4, 0xffffffff);
    gic.distributor.quiesce(40);
    CHECK(gic.bus.get(kGicd + 0x104, 4) == ~(1u << 8));
    CHECK(gic.bus.get(kGicd + 0x304, 4) == ~(1u << 8));
    CHECK(gic.bus.get(kGicd + 0x204, 4) == 0xffffffff); // pending stays
    const uint64_t router = kGicd + 0x6000 + 40 * 8;
    gic.bus.set(router, 8, 3);
    gic.distributor.adopt(gic.cell, 40);
    CHECK(gic.bus.get(router, 8) == 1);
    gic.bus.set(router, 8, 2);
    gic.distributor.adopt(gic.cell, 40);
    CHECK(gic.bus.get(router, 8) == 2);
    CHECK(gic.distributor.contains(kGicd + 0xffff));
    CHECK_FALSE(gic.distributor.contains(kGicd + 0x10000));
    CHECK_FALSE(gic.distributor.contains(kGicd - 1));
}
