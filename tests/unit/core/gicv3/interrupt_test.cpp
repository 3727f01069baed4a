// SPDX-License-Identifier: Apache-2.0
// The interrupt exit, and SGIs between CPUs.
#include <doctest/doctest.h>

#include <initializer_list>

#include "cell/control.hpp"
#include "gic/injector.hpp"
#include "gic/irqchip.hpp"
#include "gic/v3/port.hpp"
#include "gic/v3/sgi.hpp"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;
using arch::gic::fake;

namespace {

bool arrives(Cpu& cpu, uint32_t intid) {
    fake.to_acknowledge = {intid};
    fake.dropped.clear();
    fake.deactivated.clear();
    return irqchip::handle_interrupt(cpu, irqchip::acknowledge());
}
bool dropped_only(uint32_t intid) {
    return fake.dropped == std::vector{intid} && fake.deactivated.empty();
}
bool ended(uint32_t intid) {
    return fake.dropped == std::vector{intid} && fake.deactivated == std::vector{intid};
}

} // namespace

TEST_CASE("interrupts: a cell's own are injected and stay active") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    for (uint32_t intid : {27u, 32u, 158u}) {
        CHECK(arrives(cpu, intid));
        CHECK(dropped_only(intid));
    }
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[2]) == 158);
    CHECK(cpu.stats[BRIG_STAT_VIRQ] == 3);
    CHECK(cpu.stats[BRIG_STAT_TOTAL] == 3);
}

TEST_CASE("interrupts: those of others end here") {
    Machine machine;
    CellFile file = small_cell();
    file.chips = {{32, {2, 0, 0, 0}}};
    REQUIRE(control::create(file.place()));
    fake = {};
    CHECK(arrives(machine.cpu(0), 33));
    CHECK(ended(33));
    CHECK(fake.list_registers[0] == 0);
    CHECK(arrives(machine.cpu(1), 33));
    CHECK(dropped_only(33));
    CHECK(arrives(machine.cpu(1), 34));
    CHECK(ended(34));
}

TEST_CASE("interrupts: spurious ones are not ended") {
    Machine machine;
    for (uint32_t intid : {1020u, 1021u, 1023u}) {
        CHECK(arrives(machine.cpu(0), intid));
        CHECK(fake.dropped.empty());
        CHECK(fake.deactivated.empty());
    }
}

TEST_CASE("interrupts: extended PPIs and SPIs belong to nobody, and are ended") {
    Machine machine;
    for (uint32_t intid : {1024u, 1056u, 4096u, 8191u}) {
        fake = {};
        CHECK(arrives(machine.cpu(0), intid));
        CHECK(fake.dropped == std::vector<uint32_t>{intid});
        CHECK(fake.deactivated == std::vector<uint32_t>{intid});
    }
}

TEST_CASE("interrupts: LPIs are root's") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    fake = {};
    CHECK(arrives(machine.cpu(1), 8200));
    CHECK(dropped_only(8200));
    CHECK(fake.list_registers[0] == 0);
    CHECK(arrives(machine.cpu(0), 8200));
    CHECK(dropped_only(8200));
    CHECK((gicv3::Port::virtual_intid(fake.list_registers[0]) == 8200) == config::root_lpis);
}

TEST_CASE("interrupts: the SGIs of EL2") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    cpu.gic.incoming_sgis.store_relaxed(1u << 3 | 1u << 15);
    CHECK(arrives(cpu, 0));
    CHECK(ended(0));
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[0]) == 3);
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[1]) == 15);
    CHECK(cpu.stats[BRIG_STAT_VSGI] == 1);
    CHECK_FALSE(arrives(cpu, 1));
    CHECK(ended(1));
    CHECK(cpu.stats[BRIG_STAT_MANAGEMENT] == 1);
}

TEST_CASE("interrupts: maintenance moves what waits") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    for (uint32_t intid = 40; intid < 46; intid++)
        CHECK(arrives(cpu, intid));
    CHECK(fake.underflow);
    for (auto& lr : fake.list_registers)
        lr = 0;
    CHECK(arrives(cpu, kMaintenance));
    CHECK(ended(kMaintenance));
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[1]) == 45);
    CHECK_FALSE(fake.underflow);
    CHECK(cpu.stats[BRIG_STAT_MAINTENANCE] == 1);
}

namespace {

/// Root has CPUs 0, 1 (cluster 0) and 3; CPU 2 is another cell's. 3 is far away.
struct Clusters : Machine {
    Clusters() {
        cpu(3).mpidr = 0x0700030005;
        gicv3::sgi_targets = {};
        for (unsigned id = 0; id < kCpus; id++)
            gicv3::sgi_targets.add(cpu(id));
        CellFile file = small_cell();
        file.cpus = {2};
        REQUIRE(control::create(file.place()));
        fake = {};
    }
    ~Clusters() { gicv3::sgi_targets = {}; }
    uint32_t incoming(unsigned id) { return cpu(id).gic.incoming_sgis.load_relaxed(); }
};

} // namespace

TEST_CASE("SGIs: the target list reaches CPUs of the own cell only") {
    Clusters machine;
    irqchip::handle_sgi_write(machine.cpu(0), 4ull << 24 | 0xffff);
    CHECK(machine.incoming(1) == 1u << 4);
    CHECK(machine.incoming(2) == 0);
    CHECK(machine.incoming(3) == 0);
    CHECK(machine.incoming(0) == 0);
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[0]) == 4); // to itself
    REQUIRE(fake.sent.size() == 1);
    CHECK(fake.sent[0].intid == 0);
    CHECK(fake.sent[0].mpidr == 1);
    irqchip::handle_sgi_write(machine.cpu(0), 5ull << 24 | 2);
    CHECK(machine.incoming(1) == (1u << 4 | 1u << 5));
    CHECK(fake.sent.size() == 1); // the first is still under way
}

TEST_CASE("SGIs: Aff1 to Aff3 select the cluster") {
    Clusters machine;
    const uint64_t own = bit(48) * 7 | bit(32) * 3; // Aff3 and Aff2, as in ICC_SGI1R_EL1
    irqchip::handle_sgi_write(machine.cpu(0), own | 9 << 24 | 1 << 5);
    CHECK(machine.incoming(3) == 1u << 9);
    for (uint64_t wrong : {bit(48), bit(32), bit(16)})
        irqchip::handle_sgi_write(machine.cpu(0), (own ^ wrong) | 8 << 24 | 0xffff);
    irqchip::handle_sgi_write(machine.cpu(0), own | 8 << 24 | 0xffdf);
    CHECK(machine.incoming(3) == 1u << 9);
    CHECK(machine.incoming(1) == 0);
}

TEST_CASE("SGIs: all others of the cell") {
    Clusters machine;
    irqchip::handle_sgi_write(machine.cpu(1), 1ull << 40 | 2ull << 24 | 0xffff);
    CHECK(machine.incoming(0) == 4);
    CHECK(machine.incoming(1) == 0);
    CHECK(machine.incoming(2) == 0);
    CHECK(machine.incoming(3) == 4);
    CHECK(fake.list_registers[0] == 0);
    irqchip::handle_sgi_write(machine.cpu(2), 1ull << 40 | 2ull << 24); // alone in its cell
    CHECK(fake.sent.size() == 2);
}

TEST_CASE("exits: only writes of ICC_SGI1R_EL1 are known among system registers") {
    Machine machine;
    Frame frame{};
    frame.x[2] = 5ull << 24 | 1 << 1; // SGI 5 to Aff0 1
    // Literal: Op0 3, Op1 0, CRn 12, CRm 11, Op2 5, Rt 2, write.
    constexpr uint64_t write_sgi1r = 0x18ull << 26 | 1 << 25 | 0x3a3016 | 2 << 5;
    CHECK(brig_sync_fast(frame, write_sgi1r) == Verdict::done);
    CHECK(machine.cpu(1).gic.incoming_sgis.load_relaxed() == 1 << 5);
    CHECK(brig_sync_fast(frame, write_sgi1r | 1) == Verdict::unhandled);       // a read
    CHECK(brig_sync_fast(frame, write_sgi1r ^ 1 << 17) == Verdict::unhandled); // another Op2
    CHECK(brig_sync_fast(frame, (write_sgi1r & ~uint64_t{0x3e0}) | 20 << 5) == Verdict::again);
}

TEST_CASE("adopt: SGIs that Linux has pending become virtual, EL2's own are enabled") {
    Machine machine;
    Cpu& cpu = machine.cpu(1);
    fake = {};
    cpu.gic.pending = {};
    const uint64_t sgis = kGicr + 0x20000 + 0x10000;
    machine.bus.set(sgis + 0x100, 4, 0);
    machine.bus.set(sgis + 0x200, 4, 1u << 2 | 1u << 27);
    machine.bus.set(sgis + 0x300, 4, 1u << 5 | 1u << 30);
    machine.bus.set(sgis + 0x400, 4, 0xa0a0a0a0);
    REQUIRE(irqchip::adopt(cpu));
    CHECK(machine.bus.get(sgis + 0x100, 4) == (1u << 0 | 1u << 1 | 1u << kMaintenance));
    CHECK(machine.bus.get(sgis + 0x200, 4) == 1u << 27);
    CHECK(machine.bus.get(sgis + 0x300, 4) == 1u << 30);
    CHECK(machine.bus.get(sgis + 0x400, 4) == 0xa0a00000);
    CHECK(gicv3::Port::virtual_intid(fake.list_registers[0]) == 2);
    cpu.mpidr = 16;
    CHECK(irqchip::adopt(cpu).error() == Error::io);
    cpu.mpidr = 9;
    CHECK(irqchip::adopt(cpu).error() == Error::no_device);
    cpu.mpidr = 1;
}

TEST_CASE("release: what the guest has not seen is handed back") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    fake = {};
    const uint64_t sgis = kGicr + 0x10000;
    machine.bus.set(kGicd + 0xc08, 4, 2u << 2); // INTID 33 edge, 34 level
    machine.bus.set(sgis + 0xc04, 4, 2u << 22); // INTID 27 edge
    CHECK(arrives(cpu, 33));
    CHECK(arrives(cpu, 34));
    CHECK(arrives(cpu, 27));
    injector::inject_software(cpu.gic, 6);
    CHECK(arrives(cpu, 40)); // finds no list register
    fake.deactivated.clear();
    REQUIRE(irqchip::check_release(cpu));
    irqchip::release(cpu);
    CHECK(machine.bus.get(kGicd + 0x204, 4) == 1u << 1); // edges are set pending again
    CHECK(machine.bus.get(sgis + 0x200, 4) == 1u << 27);
    CHECK(fake.deactivated == std::vector<uint32_t>{33, 34, 27, 40});
    REQUIRE(fake.sent.size() == 1);
    CHECK(fake.sent[0].intid == 6);
    CHECK(arch::IchHcrEl2::read() == cpu.gic.saved.ich_hcr);
}

TEST_CASE("release: an LPI in flight stands against it") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    injector::inject_software(cpu.gic, 8300);
    CHECK(irqchip::check_release(cpu).error() == Error::try_again);
    fake.list_registers[0] = 0;
    CHECK(irqchip::check_release(cpu));
    for (uint32_t intid = 8300; intid < 8305; intid++)
        injector::inject_software(cpu.gic, intid);
    for (auto& lr : fake.list_registers)
        lr = 0;
    CHECK(irqchip::check_release(cpu).error() == Error::try_again);
    irqchip::reset(cpu);
    CHECK(irqchip::check_release(cpu));
}
