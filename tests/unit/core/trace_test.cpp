// SPDX-License-Identifier: Apache-2.0
// Exit tracing: the ring, what an exit becomes, the switch and its memory.
#include "trace/trace.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "arch/this_cpu.hpp"
#include "brig/hypercall.h"
#include "brig/trace.h"
#include "cell/control.hpp"
#include "cpu/management.hpp"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t kHvc = 0x16ull << 26 | 1 << 25 | BRIG_HVC_IMMEDIATE;
constexpr uint64_t kSmc = 0x17ull << 26 | 1 << 25;

int64_t command(Machine& m, uint64_t what, unsigned id = 0) {
    return get_info(m, BRIG_INFO_TRACE, what, id);
}

const brig_trace_area& area() {
    return *sys.exit_trace;
}
const brig_trace_ring& ring(unsigned index) {
    return reinterpret_cast<const brig_trace_ring*>(&area() + 1)[index];
}
const brig_exit& exit_of(unsigned index, uint64_t number) {
    const auto* exits =
        reinterpret_cast<const brig_exit*>(reinterpret_cast<uint64_t>(&area()) + ring(index).exits);
    return exits[number & (area().records - 1)];
}

} // namespace

TEST_CASE("trace: a ring counts on when it goes round") {
    brig_trace_ring head{};
    std::vector<brig_exit> exits(64);
    ExitRing ring{&head, exits.data(), 63, true};
    for (uint64_t i = 0; i < 150; i++) {
        ring.begin({.time = 1000 * i,
                    .pc = i,
                    .reason = i,
                    .x0 = 0,
                    .address = 0,
                    .duration = 0,
                    .cell = 0,
                    .reserved = {}});
        CHECK(head.begun == i + 1);
        CHECK(head.done == i + 1);
        CHECK(exits[i % 64].pc == i);
        CHECK(exits[i % 64].duration == 0);
        ring.end(1000 * i + 7);
        CHECK(exits[i % 64].duration == 7);
    }
    CHECK(exits[(150 - 64) % 64].pc == 150 - 64);
    ring.end(1000 * 149 + (uint64_t{1} << 40));
    CHECK(exits[149 % 64].duration == UINT32_MAX);
}

TEST_CASE("trace: off there is no memory, and nothing is recorded") {
    Machine m;
    CHECK(command(m, BRIG_TRACE_CMD_LOCATE) == 0);
    CHECK(command(m, BRIG_TRACE_CMD_OFF) == 0);
    CHECK(sys.exit_trace == nullptr);
    CHECK(arch_state.traced.empty());
    CHECK(command(m, 3) == -22);
}

TEST_CASE("trace: on, the root cell sees the rings, and every CPU changes its vectors") {
    Machine m;
    const uint64_t used = sys.pool.used();
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0);
    const auto address = reinterpret_cast<uint64_t>(sys.exit_trace);
    CHECK(command(m, BRIG_TRACE_CMD_LOCATE) ==
          static_cast<int64_t>((address - sys.memory.start) / kPageSize));
    CHECK(std::memcmp(area().magic, "BRIGTRC", 8) == 0);
    CHECK(area().version == 1);
    CHECK(area().on == 1);
    CHECK(area().frequency == 1000000);
    CHECK(area().num_rings == kCpus);
    CHECK(area().records >= 64);
    CHECK((area().records & (area().records - 1)) == 0);
    CHECK(area().size == (sys.pool.used() - used) * kPageSize);
    CHECK(root_has(address, area().size));
    CHECK_FALSE(root_has(address + area().size, kPageSize));
    for (unsigned i = 0; i < kCpus; i++) {
        CHECK(ring(i).cpu == i);
        CHECK(ring(i).exits + area().records * sizeof(brig_exit) <= area().size);
        Frame frame{};
        CHECK_FALSE(management::process_events(m.cpu(i), frame));
        CHECK(m.cpu(i).trace.on);
    }
    // The pool keeps at least as much as tracing took.
    CHECK(sys.pool.size() - sys.pool.used() >= sys.pool.used() - used);

    CHECK(command(m, BRIG_TRACE_CMD_OFF) == 0);
    CHECK(area().on == 0);
    CHECK_FALSE(m.cpu(0).trace.on);
    const uint64_t later = sys.pool.used();
    CHECK(command(m, BRIG_TRACE_CMD_ON) == 0); // the same memory again
    CHECK(sys.pool.used() == later);
}

TEST_CASE("trace: small memory makes small rings, none an error") {
    Machine m;
    m.drain(22); // half of it: head and four rings of 128 exits, or nearly 256
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0);
    CHECK(area().records == 128);

    Machine full;
    full.drain(9); // 64 exits want four pages and the head
    CHECK(command(full, BRIG_TRACE_CMD_ON) == -12);
    CHECK(sys.exit_trace == nullptr);
    CHECK(sys.pool.size() - sys.pool.used() == 9);
}

TEST_CASE("trace: only the root cell") {
    Machine m;
    REQUIRE(control::create(small_cell().place()));
    for (uint64_t what : {BRIG_TRACE_CMD_OFF, BRIG_TRACE_CMD_ON, BRIG_TRACE_CMD_LOCATE})
        CHECK(command(m, what, 1) == -1);
    CHECK(sys.exit_trace == nullptr);
}

TEST_CASE("trace: exits of both tiers") {
    Machine m;
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0);
    arch_state.pc = 0x1234;
    arch_state.fault_ipa = 0x8000104;
    arch_state.counter = 5000;
    arch_state.counter_step = 10;
    Frame frame{};
    frame.x[0] = 9999;
    CHECK(brig_traced_sync_fast(frame, kHvc) == Verdict::done);
    CHECK(static_cast<int64_t>(frame.x[0]) == -38);
    REQUIRE(ring(0).done == 1);
    const brig_exit& first = exit_of(0, 0);
    CHECK(first.time == 5000);
    CHECK(first.pc == 0x1234);
    CHECK(first.reason == kHvc);
    CHECK(first.x0 == 9999);
    CHECK(first.address == 0x8000104);
    CHECK(first.duration >= 10);
    CHECK(first.cell == 0);

    frame.x[0] = 0x8400000a; // PSCI_FEATURES
    frame.x[1] = 0x84000000;
    const Verdict verdict = brig_traced_sync_fast(frame, kSmc);
    REQUIRE(verdict == Verdict::again);
    CHECK(ring(0).done == 2);
    CHECK(exit_of(0, 1).duration == 0); // not known yet
    brig_traced_sync_slow(frame, kSmc, verdict);
    CHECK(ring(0).done == 2); // one exit, not two
    CHECK(exit_of(0, 1).x0 == 0x8400000a);
    CHECK(exit_of(0, 1).duration > 0);
    CHECK(ring(1).done == 0);
}

TEST_CASE("trace: switched on again, only the new exits count") {
    Machine m;
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0);
    Frame frame{};
    for (unsigned i = 0; i < 3; i++) {
        frame.x[0] = 9999;
        (void)brig_traced_sync_fast(frame, kHvc);
    }
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0); // is on
    CHECK(ring(0).first == 0);
    REQUIRE(command(m, BRIG_TRACE_CMD_OFF) == 0);
    REQUIRE(command(m, BRIG_TRACE_CMD_ON) == 0);
    CHECK(ring(0).first == 3);
    CHECK(ring(0).done == 3);
}
