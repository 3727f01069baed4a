// SPDX-License-Identifier: Apache-2.0
#include "brig/hypercall.h"

#include <doctest/doctest.h>

#include <initializer_list>

#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

namespace {

int64_t call(Cpu& cpu, uint64_t code, uint64_t x1 = 0, uint64_t x2 = 0) {
    Frame frame{};
    for (unsigned i = 3; i < 31; i++)
        frame.x[i] = i;
    frame.x[0] = code;
    frame.x[1] = x1;
    frame.x[2] = x2;
    Cpu* before = arch::fake_cpu;
    arch::fake_cpu = &cpu;
    constexpr uint64_t esr = 0x16ull << 26 | 1 << 25 | 0x4a48;
    const Verdict verdict = brig_sync_fast(frame, esr);
    if (verdict != Verdict::done)
        brig_sync_slow(frame, esr, verdict);
    arch::fake_cpu = before;
    CHECK(frame.x[1] == x1);
    CHECK(frame.x[2] == x2);
    for (unsigned i = 3; i < 31; i++)
        CHECK(frame.x[i] == i);
    return static_cast<int64_t>(frame.x[0]);
}

} // namespace

TEST_CASE("hypercalls: unknown codes, all 64 bits count") {
    Machine machine;
    for (uint64_t code : {uint64_t{9}, uint64_t{100}, uint64_t{1} << 32, ~uint64_t{0}})
        CHECK(call(machine.cpu(0), code) == -38);
    CHECK(machine.cpu(0).stats[BRIG_STAT_HYPERCALL] == 4);
}

TEST_CASE("hypercalls: information") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    CHECK(call(cpu, 5, 0) == static_cast<int64_t>(sys.pool.size()));
    CHECK(call(cpu, 5, 1) == static_cast<int64_t>(sys.pool.used()));
    CHECK(call(cpu, 5, 2) == 131072);
    CHECK(call(cpu, 5, 3) == static_cast<int64_t>(sys.hyp_map.remap_used()));
    CHECK(call(cpu, 5, 4) == 1);
    CHECK(call(cpu, 5, 5) == -22);
    CHECK(call(cpu, 5, uint64_t{1} << 32) == -22);
}

TEST_CASE("hypercalls: CPU information, for root and for another cell") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    Cpu& root = machine.cpu(0);
    Cpu& other = machine.cpu(1);
    CHECK(call(root, 7, 0, 0) == 0);
    CHECK(call(root, 7, 1, 0) == 0);
    CHECK(call(root, 7, 4, 0) == -22);
    CHECK(call(root, 7, ~uint64_t{0}, 0) == -22);
    CHECK(call(other, 7, 1, 0) == 0);
    CHECK(call(other, 7, 0, 0) == -1);
    CHECK(call(other, 7, 9, 0) == -22);
    other.power = PowerState::failed;
    CHECK(call(root, 7, 1, 0) == 2);
    other.stats[BRIG_STAT_VSGI] = 0xffffffff;
    CHECK(call(root, 7, 1, 1000 + BRIG_STAT_VSGI) == 0x7fffffff);
    CHECK(call(root, 7, 1, 1009) == -22);
    CHECK(call(root, 7, 1, 999) == -22);
    CHECK(call(root, 7, 1, 1) == -22);
    CHECK(call(root, 7, 1, ~uint64_t{0}) == -22);
}

TEST_CASE("hypercalls: other cells than root manage nothing") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    for (uint64_t code : {0, 1, 2, 3, 4, 6})
        CHECK(call(machine.cpu(1), code, 1) == -1);
    CHECK(call(machine.cpu(1), 5, 4) == 2);
    CHECK(sys.num_cells == 2);
}

TEST_CASE("hypercalls: management by id") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    for (uint64_t code : {2, 3, 4, 6})
        CHECK(call(cpu, code, 7) == -2);
    for (uint64_t code : {2, 3, 4})
        CHECK(call(cpu, code, 0) == -22);
    CHECK(call(cpu, 6, 0) == 0);
    CHECK(call(cpu, 1, small_cell().place()) == 0);
    CHECK(call(cpu, 0) == -16); // DISABLE while cells exist
    CHECK(call(cpu, 6, 1) == 2);
    CHECK(call(cpu, 6, uint64_t{1} << 32 | 1) == -2);
    CHECK(call(cpu, 3, 1) == 0);
    CHECK(call(cpu, 2, 1) == 0);
    for (uint32_t state = 0; state <= 4; state++) {
        sys.root.next->set_state(state);
        CHECK(call(cpu, 6, 1) == state);
    }
    sys.root.next->set_state(5);
    CHECK(call(cpu, 6, 1) == -22);
    CHECK(call(cpu, 4, 1) == 0);
    CHECK(call(cpu, 4, 1) == -2);
}

TEST_CASE("hypercalls: the console is for those who may use it") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    const Capture capture;
    CHECK(call(machine.cpu(0), 8, 'A') == 0);
    CHECK(call(machine.cpu(0), 8, 0x100 | '\n') == 0);
    CHECK(call(machine.cpu(1), 8, 'B') == -1);
    CHECK(capture.text() == "A\n");
}
