// SPDX-License-Identifier: Apache-2.0
// The last exits of each CPU.
#include "trace/history.hpp"

#include <doctest/doctest.h>

#include <set>

#include "arch/this_cpu.hpp"
#include "brig/hypercall.h"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t kHvc = 0x16ull << 26 | 1 << 25 | BRIG_HVC_IMMEDIATE;
constexpr uint64_t kReadTyper = 0x24ull << 26 | 1 << 25 | 1 << 24 | 2 << 22 | 7;

} // namespace

TEST_CASE("history: the last 64, oldest first") {
    Machine m;
    Cpu& cpu = m.cpu(0);
    brig_exit exits[history::kExits];
    CHECK(history::copy(cpu, exits) == 0);
    arch_state.counter = 100;
    for (uint64_t i = 0; i < 10; i++)
        history::note(cpu, i, 1000 + i);
    REQUIRE(history::copy(cpu, exits) == 10);
    for (uint64_t i = 0; i < 10; i++) {
        CHECK(exits[i].reason == i);
        CHECK(exits[i].x0 == 1000 + i);
        CHECK(exits[i].time == 100 + i);
    }
    for (uint64_t i = 10; i < 1000; i++)
        history::note(cpu, i, 0);
    REQUIRE(history::copy(cpu, exits) == 64);
    for (uint64_t i = 0; i < 64; i++)
        CHECK(exits[i].reason == 936 + i);
    CHECK(history::copy(m.cpu(1), exits) == 0);
}

TEST_CASE("history: every exit, with its address or x0") {
    Machine m;
    Frame frame{};
    frame.x[0] = 9999;
    arch_state.pc = 0x1234;
    arch_state.counter = 100; // 0 is no time
    CHECK(brig_sync_fast(frame, kHvc) == Verdict::done);
    arch_state.fault_ipa = kGicd + 4;
    CHECK(brig_sync_fast(frame, kReadTyper) == Verdict::done);
    arch_state.fault_ipa = 0x123456000;
    const Verdict verdict = brig_sync_fast(frame, kReadTyper);
    CHECK(verdict == Verdict::unhandled);
    brig_exit exits[history::kExits];
    REQUIRE(history::copy(m.cpu(0), exits) == 3);
    CHECK(exits[0].reason == kHvc);
    CHECK(exits[0].x0 == 9999);
    CHECK(exits[0].pc == 0x1234);
    CHECK(exits[1].reason == kReadTyper);
    CHECK(exits[1].address == kGicd + 4);
    CHECK(exits[2].address == 0x123456000);
}

TEST_CASE("history: each CPU has a page of its own") {
    Machine m;
    std::set<uint64_t> pages;
    for (unsigned id = 0; id < kCpus; id++) {
        const auto at = reinterpret_cast<uint64_t>(m.cpu(id).history);
        CHECK(at % kPageSize == 0);
        pages.insert(at);
    }
    CHECK(pages.size() == kCpus);
}
