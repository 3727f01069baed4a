// SPDX-License-Identifier: Apache-2.0
#include "gic/injector.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "gic/v3/port.hpp"

using namespace brig;
using arch::gic::fake;

namespace {

constexpr uint64_t kPendingGroup1 = 0x5000000000000000;
constexpr uint64_t kHw = 0x2000000000000000;

struct Interface {
    Interface() {
        fake = {};
        state.num_list_registers = 4;
        state.pending.lpis = lpis.get();
    }
    uint64_t lr(unsigned n) const { return fake.list_registers[n]; }
    void guest_finishes(unsigned n) { fake.list_registers[n] = 0; }
    void fill() {
        for (uint32_t intid = 100; intid < 104; intid++)
            injector::inject_hardware(state, intid);
    }

    std::unique_ptr<uint32_t[]> lpis{new uint32_t[(kLpiLimit - kFirstLpi) / 32]{}};
    GicCpuState state{};
};

} // namespace

TEST_CASE("injector: list registers are taken from the first on") {
    Interface cpu;
    injector::inject_hardware(cpu.state, 27);
    injector::inject_hardware(cpu.state, 1019);
    injector::inject_software(cpu.state, 3);
    injector::inject_software(cpu.state, 8192);
    CHECK(cpu.lr(0) == (kPendingGroup1 | kHw | uint64_t{27} << 32 | 27));
    CHECK(cpu.lr(1) == (kPendingGroup1 | kHw | uint64_t{1019} << 32 | 1019));
    CHECK(cpu.lr(2) == (kPendingGroup1 | 3));
    CHECK(cpu.lr(3) == (kPendingGroup1 | 8192));
    CHECK_FALSE(fake.underflow);
    CHECK(injector::has_pending(cpu.state));
}

TEST_CASE("injector: what finds no list register waits, and comes in order") {
    Interface cpu;
    cpu.fill();
    injector::inject_hardware(cpu.state, 200);
    injector::inject_software(cpu.state, 5);
    injector::inject_software(cpu.state, 65535);
    injector::inject_software(cpu.state, 8200);
    CHECK(cpu.state.pending.count == 4);
    CHECK(fake.underflow);
    const uint32_t order[] = {5, 200, 8200, 65535};
    for (unsigned i = 0; i < 4; i++) {
        cpu.guest_finishes(2);
        injector::refill(cpu.state);
        CHECK(gicv3::Port::virtual_intid(cpu.lr(2)) == order[i]);
        CHECK(((cpu.lr(2) & kHw) != 0) == (order[i] == 200));
        CHECK(fake.underflow == (i != 3));
    }
    CHECK(cpu.state.pending.count == 0);
}

TEST_CASE("injector: refill fills all free list registers") {
    Interface cpu;
    cpu.fill();
    for (uint32_t intid = 300; intid < 306; intid++)
        injector::inject_hardware(cpu.state, intid);
    for (unsigned n = 0; n < 4; n++)
        cpu.guest_finishes(n);
    injector::refill(cpu.state);
    CHECK(cpu.state.pending.count == 2);
    CHECK(fake.underflow);
    injector::refill(cpu.state); // a spurious one
    CHECK(cpu.state.pending.count == 2);
}

TEST_CASE("injector: software interrupts merge, wherever they are") {
    Interface cpu;
    injector::inject_software(cpu.state, 7);
    injector::inject_software(cpu.state, 7);
    CHECK(cpu.lr(1) == 0);
    fake.list_registers[0] = gicv3::Port::kActive | gicv3::Port::kGroup1 | 7; // being handled
    injector::inject_software(cpu.state, 7);
    CHECK(cpu.lr(0) == (0xd000000000000000 | 7)); // active and pending
    CHECK(cpu.lr(1) == 0);

    cpu.guest_finishes(0);
    cpu.fill();
    for (unsigned i = 0; i < 3; i++) {
        injector::inject_software(cpu.state, 7);
        injector::inject_software(cpu.state, 9000);
    }
    CHECK(cpu.state.pending.count == 2);
}

TEST_CASE("injector: a waiting SGI merges with one that has got into a list register") {
    Interface cpu;
    cpu.fill();
    injector::inject_software(cpu.state, 7);
    fake.list_registers[1] = gicv3::Port::kActive | gicv3::Port::kGroup1 | 7;
    cpu.guest_finishes(0);
    injector::refill(cpu.state);
    CHECK(cpu.lr(0) == 0);
    CHECK((cpu.lr(1) & gicv3::Port::kPending) != 0);
    CHECK(cpu.state.pending.count == 0);
}

TEST_CASE("injector: LPIs out of range, or without their bitmap, are dropped") {
    Interface cpu;
    cpu.fill();
    injector::inject_software(cpu.state, kLpiLimit);
    CHECK(cpu.state.pending.count == 0);
    cpu.state.pending.lpis = nullptr;
    injector::inject_software(cpu.state, 9000);
    CHECK(cpu.state.pending.count == 0);
    injector::refill(cpu.state);
    CHECK_FALSE(fake.underflow);
}

TEST_CASE("injector: clear leaves no physical interrupt active") {
    Interface cpu;
    injector::inject_hardware(cpu.state, 27);
    injector::inject_hardware(cpu.state, 40);
    injector::inject_software(cpu.state, 1);
    injector::inject_hardware(cpu.state, 41);
    injector::inject_hardware(cpu.state, 50);
    injector::inject_software(cpu.state, 2);
    injector::inject_software(cpu.state, 9000);
    fake.list_registers[1] = gicv3::Port::kActive | kHw | uint64_t{40} << 32 | 40;
    cpu.state.incoming_sgis.store_relaxed(4);
    injector::clear(cpu.state);
    CHECK(fake.deactivated == std::vector<uint32_t>{27, 40, 41, 50});
    for (unsigned n = 0; n < 4; n++)
        CHECK(cpu.lr(n) == 0);
    CHECK(cpu.state.pending.count == 0);
    CHECK(cpu.state.pending.basic.empty());
    CHECK(cpu.lpis[(9000 - kFirstLpi) / 32] == 0);
    CHECK(cpu.state.incoming_sgis.load_relaxed() == 0);
    CHECK_FALSE(fake.underflow);
    CHECK_FALSE(injector::has_pending(cpu.state));
}
