// SPDX-License-Identifier: Apache-2.0
#include "gic/v3/redistributor.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "gic/irqchip.hpp"
#include "support.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t frame(unsigned cpu) {
    return kGicr + cpu * 0x20000;
}

/// A cell with CPU 1; CPUs 0, 2 and 3 are foreign.
struct Gic : Machine {
    Gic() {
        cell.id = 1;
        cell.cpus.set(1);
        cpu(1).cell = &cell;
    }
    uint64_t read(unsigned cpu_id, uint32_t offset, unsigned size = 4) {
        MmioAccess access{frame(cpu_id) + offset, size, false, 0xbad};
        CHECK(irqchip::access(cpu(1), access) == MmioResult::handled);
        return access.value;
    }
    void write(unsigned cpu_id, uint32_t offset, uint64_t value, unsigned size = 4) {
        MmioAccess access{frame(cpu_id) + offset, size, true, value};
        CHECK(irqchip::access(cpu(1), access) == MmioResult::handled);
    }
    Cell cell;
};

constexpr uint32_t kReserved = 1u << 0 | 1u << 1 | 1u << kMaintenance;

} // namespace

TEST_CASE("redistributor: own set and clear registers, reserved interrupts excepted") {
    for (uint32_t base : {0x10100u, 0x10200u, 0x10300u}) {
        Gic gic;
        gic.bus.set(frame(1) + base, 4, 0);
        gic.write(1, base, 0xffffffff);
        CHECK(gic.bus.get(frame(1) + base, 4) == ~kReserved);
        gic.bus.set(frame(1) + base, 4, 0xffffffff);
        gic.write(1, base + 0x80, 0xffffffff);
        CHECK(gic.bus.get(frame(1) + base, 4) == kReserved);
        gic.bus.forget();
        gic.write(1, base, 0xff, 1);
        gic.write(1, base, ~uint64_t{0}, 8);
        gic.write(2, base, 0xffffffff);
        CHECK(gic.read(2, base) == 0);
        CHECK(gic.bus.log.empty());
    }
}

TEST_CASE("redistributor: priorities, but not those of EL2's interrupts") {
    Gic gic;
    for (uint32_t offset = 0; offset < 32; offset += 4)
        gic.bus.set(frame(1) + 0x10400 + offset, 4, 0);
    for (uint32_t offset = 0; offset < 32; offset += 4)
        gic.write(1, 0x10400 + offset, 0xffffffff);
    for (unsigned intid = 0; intid < 32; intid++) {
        CAPTURE(intid);
        const uint64_t expected = (kReserved >> intid & 1) != 0 ? 0 : 0xff;
        CHECK(gic.bus.get(frame(1) + 0x10400 + intid, 1) == expected);
    }
    gic.write(1, 0x10400 + 27, 0xa0, 1);
    CHECK(gic.bus.get(frame(1) + 0x10400 + 27, 1) == 0xa0);
    CHECK(gic.read(1, 0x10400 + 27, 1) == 0xa0);
    gic.write(1, 0x10401, 0x80, 1);
    CHECK(gic.bus.get(frame(1) + 0x10401, 1) == 0);
    gic.bus.forget();
    gic.write(2, 0x10408, 0xffffffff);
    gic.write(1, 0x10420, 0xffffffff);
    CHECK(gic.bus.writes().empty());
}

TEST_CASE("redistributor: no access of a guest becomes an unaligned one of EL2") {
    Gic gic;
    for (unsigned size : {1u, 2u, 4u, 8u})
        for (uint32_t offset = 0; offset < 0x20000; offset++) {
            if (offset == 0x800)
                offset = 0xff00;
            if (offset == 0x10e00)
                break;
            MmioAccess access{frame(1) + offset, size, offset % 3 == 0, 1};
            (void)irqchip::access(gic.cpu(1), access);
            gic.bus.forget();
            CAPTURE(offset);
            REQUIRE(gic.bus.unaligned == 0);
        }
}

TEST_CASE("redistributor: TYPER identifies every CPU, Last is the highest CPU's, LPIs are root's") {
    Gic gic;
    for (unsigned id = 0; id < kCpus; id++) {
        const uint64_t last = id == kCpus - 1 ? 0x10 : 0;
        CHECK(gic.read(id, 8, 8) == (uint64_t{id} << 32 | id << 8 | last));
        CHECK(gic.read(id, 12) == id);
        CHECK((gic.read(id, 8) & 1) == 0);
        MmioAccess access{frame(id) + 8, 8, false, 0};
        CHECK(irqchip::access(gic.cpu(0), access) == MmioResult::handled);
        CHECK((access.value & 1) == (config::root_lpis ? 1 : 0));
    }
    gic.bus.forget();
    gic.write(1, 8, ~uint64_t{0}, 8);
    CHECK(gic.bus.writes().empty());
}

TEST_CASE("redistributor: LPI registers are for root only") {
    Gic gic;
    for (uint32_t offset : {0x70u, 0x78u, 0x40u, 0xa0u, 0xb0u}) {
        gic.bus.forget();
        gic.write(1, offset, 0x1234, 8);
        CHECK(gic.read(1, offset, 8) == 0);
        CHECK(gic.bus.log.empty());
        MmioAccess access{frame(0) + offset, 8, true, 0x1234};
        CHECK(irqchip::access(gic.cpu(0), access) == MmioResult::handled);
        CHECK(gic.bus.get(frame(0) + offset, 8) == (config::root_lpis ? 0x1234 : 0));
    }
    gic.bus.set(frame(1), 4, 0);
    gic.write(1, 0, 1); // EnableLPIs
    CHECK((gic.bus.get(frame(1), 4) & 1) == 0);
    gic.bus.set(frame(1), 4, 1);
    CHECK((gic.read(1, 0) & 1) == 0);
    gic.write(1, 0, 0);
    CHECK((gic.bus.get(frame(1), 4) & 1) == 1);
}

TEST_CASE("redistributor: a cell cannot put its redistributor to sleep") {
    Gic gic;
    gic.bus.set(frame(1) + 0x14, 4, 0);
    gic.write(1, 0x14, 2);
    CHECK((gic.bus.get(frame(1) + 0x14, 4) & 2) == 0);
}

TEST_CASE("redistributor: group and other registers read as zero") {
    Gic gic;
    gic.bus.set(frame(1) + 0x10080, 4, 0xffffffff);
    gic.bus.forget();
    CHECK(gic.read(1, 0x10080) == 0);
    gic.write(1, 0x10080, 0);
    CHECK(gic.read(1, 0x10d00) == 0);
    CHECK(gic.bus.log.empty());
    CHECK(gic.read(1, 0xffe8) == 0x30);
    CHECK(gic.read(2, 0xffe8) == 0x30);
}

TEST_CASE("redistributor: foreign control registers are out of reach") {
    Gic gic;
    gic.bus.forget();
    for (uint32_t offset : {0u, 0x10u, 0x14u, 0x10c04u, 0x10100u}) {
        gic.write(0, offset, 0xffffffff);
        CHECK(gic.read(0, offset) == 0);
    }
    CHECK(gic.bus.log.empty());
}

TEST_CASE("redistributor: frames behind the last are no device") {
    Gic gic;
    CHECK_FALSE(irqchip::contains(frame(kCpus)));
    CHECK(irqchip::contains(frame(kCpus) - 1));
    CHECK_FALSE(irqchip::contains(kGicr - 1));
    CHECK(irqchip::overlaps({kGicr - 0x1000, 0x1001}));
    CHECK_FALSE(irqchip::overlaps({kGicr - 0x1000, 0x1000}));
}

TEST_CASE("redistributor: a GICv4 has frames twice as far apart") {
    Machine machine;
    Bus bus;
    arch::fake_bus = &bus;
    constexpr uint64_t base = 0x20000000;
    for (uint64_t id = 0; id < 3; id++) {
        bus.set(base + id * 0x40000 + 0xffe8, 4, 0x40);
        bus.set(base + id * 0x40000 + 8, 8, (id | 0x02000000) << 32 | (id == 2 ? 0x10 : 0));
    }
    gicv3::Redistributors redistributors;
    REQUIRE(redistributors.init(base, 0x1000000));
    CHECK(redistributors.range().size == 3 * 0x40000);
    CHECK(*redistributors.find(0x0200000001) == base + 0x40000); // Aff3 is apart in an MPIDR
    CHECK(redistributors.find(1).error() == Error::no_device);
    bus.set(base + 0xffe8, 4, 0x20);
    gicv3::Redistributors none;
    CHECK(none.init(base, 0x1000000).error() == Error::no_device);
    arch::fake_bus = &machine.bus;
}
