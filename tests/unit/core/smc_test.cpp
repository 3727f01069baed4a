// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <initializer_list>

#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "smc/policy.hpp"
#include "smc/psci.hpp"
#include "smc/refused.hpp"
#include "smc/smccc.hpp"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr std::array<SmcRule, 3> kRules{{
    {0x82000000, 0x82000000, SmcAction::deny, SmcCaller::any, "one"},
    {0x82000010, 0x8200001f, SmcAction::forward, SmcCaller::root, "a range for root"},
    {0xc2000000, 0xc20000ff, SmcAction::forward, SmcCaller::any, "for all"},
}};
static_assert(is_valid_policy(kRules));
static_assert(is_valid_policy(std::array<SmcRule, 0>{}));
static_assert(is_listed(kRules, 0x82000000) && is_listed(kRules, 0x8200001f));
static_assert(!is_listed(kRules, 0x82000020) && !is_listed(kRules, 0));
static_assert(!is_valid_policy(std::array<SmcRule, 1>{
    {{2, 1, SmcAction::deny, SmcCaller::any, ""}}}));
static_assert(!is_valid_policy(std::array<SmcRule, 2>{
    {{1, 2, SmcAction::deny, SmcCaller::any, ""}, {2, 3, SmcAction::deny, SmcCaller::any, ""}}}));
static_assert(!is_valid_policy(std::array<SmcRule, 2>{
    {{5, 6, SmcAction::deny, SmcCaller::any, ""}, {1, 2, SmcAction::deny, SmcCaller::any, ""}}}));

int64_t call(Cpu& cpu, uint64_t x0, uint64_t x1 = 0, uint64_t x2 = 0, uint64_t x3 = 0) {
    Frame frame{};
    frame.x[0] = x0;
    frame.x[1] = x1;
    frame.x[2] = x2;
    frame.x[3] = x3;
    constexpr uint64_t esr = 0x17ull << 26 | 1 << 25;
    Cpu* before = arch::fake_cpu;
    arch::fake_cpu = &cpu;
    arch_state.pc = 0x1000;
    const Verdict verdict = brig_sync_fast(frame, esr);
    if (verdict != Verdict::done)
        brig_sync_slow(frame, esr, verdict);
    arch::fake_cpu = before;
    CHECK(arch_state.pc == 0x1004);
    return static_cast<int64_t>(frame.x[0]);
}

} // namespace

TEST_CASE("SMC policy: first and last of a range, who may call, default is no") {
    const auto decide = [](uint32_t id, bool root) { return decide_smc(kRules, id, root); };
    CHECK(decide(0x82000000, true) == SmcAction::deny);
    CHECK(decide(0x8200000f, true) == SmcAction::deny);
    CHECK(decide(0x82000010, true) == SmcAction::forward);
    CHECK(decide(0x8200001f, true) == SmcAction::forward);
    CHECK(decide(0x82000020, true) == SmcAction::deny);
    CHECK(decide(0x82000010, false) == SmcAction::deny);
    CHECK(decide(0xc20000ff, false) == SmcAction::forward);
    CHECK(decide(0xc2000100, false) == SmcAction::deny);
    CHECK(decide(0, true) == SmcAction::deny);
}

TEST_CASE("refused ids are logged once, up to a limit") {
    refused::Log log;
    CHECK(log.add(1) == refused::Log::Answer::added);
    CHECK(log.add(1) == refused::Log::Answer::known);
    for (uint64_t id = 2; id < 64; id++)
        CHECK(log.add(id) == refused::Log::Answer::added);
    CHECK(log.add(64) == refused::Log::Answer::added_last);
    CHECK(log.add(65) == refused::Log::Answer::full);
    CHECK(log.add(7) == refused::Log::Answer::known);
}

TEST_CASE("SMC: unknown ids of any owner are answered -1 and change nothing else") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    const Capture capture;
    CHECK(call(machine.cpu(1), 0x8300fe00) == -1);
    CHECK(call(machine.cpu(1), 0x8300fe00) == -1);
    CHECK(capture.text() == "Refused SMC 0x8300fe00 of cell \"cell\"\n");
    for (uint64_t owner = 0; owner < 64; owner++) {
        CHECK(call(machine.cpu(1), 0x8000fe00 | owner << 24) == -1);
        CHECK(call(machine.cpu(0), 0x8000fe00 | owner << 24) == -1);
    }
    CHECK(arch_state.firmware_calls.empty());
    CHECK(machine.cpu(1).power == PowerState::off);
    CHECK(machine.cpu(0).stats[BRIG_STAT_PSCI] == 1);
    CHECK(machine.cpu(0).stats[BRIG_STAT_SMCCC] == 2);
}

TEST_CASE("PSCI: version and features") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    CHECK(call(cpu, 0x84000000) == 0x10001);
    CHECK(call(cpu, 0x100000000 | 0x84000000) == -1); // all 64 bits count
    for (uint64_t id : {0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003,
                        0x84000004, 0xc4000004, 0x8400000a, 0x80000000}) {
        CHECK(psci::features(id, false) == 0);
        CHECK(call(cpu, 0x8400000a, id) == 0);
    }
    for (uint64_t id : {0x84000005u, 0x84000006u, 0xc4000012u, 0xc4000020u, 0x84000050u})
        CHECK(psci::features(id, true) == -1);
    for (uint64_t id : {0x84000008, 0x84000009}) {
        CHECK(psci::features(id, false) == -1);
        CHECK(psci::features(id, true) == 0);
    }
}

TEST_CASE("PSCI: CPUs of the own cell") {
    Machine machine;
    CellFile file = small_cell();
    file.cpus = {1, 2};
    REQUIRE(control::create(file.place()));
    Cpu& cpu = machine.cpu(1);
    cpu.power = PowerState::on;
    CHECK(call(cpu, 0xc4000004, 1) == 0);
    CHECK(call(cpu, 0xc4000004, 2) == 1);
    CHECK(call(cpu, 0x84000004, 0xffffffff00000002) == 1); // 32-bit arguments
    CHECK(call(cpu, 0xc4000004, 0) == -3);                 // another cell's
    CHECK(call(cpu, 0xc4000004, 1ull << 32 | 2) == -3);
    CHECK(call(cpu, 0xc4000003, 0, 0x1000, 5) == -3);
    CHECK(call(cpu, 0xc4000003, 1, 0x1000, 5) == -4);
    CHECK(call(cpu, 0xc4000003, 2, 0x100001000, 0x500000005) == 0);
    CHECK(machine.cpu(2).power == PowerState::on);
    CHECK(machine.cpu(2).reset_pending);
    CHECK(machine.cpu(2).reset_entry == 0x100001000);
    CHECK(machine.cpu(2).reset_context == 0x500000005);
    CHECK(machine.cpu(2).attention.load_relaxed() == 1);
    CHECK(call(cpu, 0xc4000003, 2, 0x1000, 5) == -4);
    machine.cpu(2).power = PowerState::off;
    CHECK(call(cpu, 0x84000003, 2, 0x900001000, 0x900000005) == 0);
    CHECK(machine.cpu(2).reset_entry == 0x1000);
    CHECK(machine.cpu(2).reset_context == 5);
    machine.cpu(2).power = PowerState::failed;
    CHECK(call(cpu, 0xc4000003, 2, 0x1000, 5) == -3);
    CHECK(machine.cpu(2).power == PowerState::failed);
}

TEST_CASE("PSCI: the machine goes down by root's wish only") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    CHECK(call(machine.cpu(1), 0x84000008) == -1);
    CHECK(call(machine.cpu(1), 0x84000009) == -1);
    CHECK(arch_state.firmware_calls.empty());
    CHECK(call(machine.cpu(0), 0x84000009) == -1); // this firmware does not know it
    REQUIRE(arch_state.firmware_calls.size() == 1);
    CHECK(arch_state.firmware_calls[0][0] == 0x84000009);
}

TEST_CASE("SMCCC: version, features, workarounds") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    CHECK(call(cpu, 0x80000000) == 0x10001);
    CHECK(call(cpu, 0xffffffff80000000) == 0x10001); // 32 bits count
    CHECK(call(cpu, 0x80000001, 0x80000001) == 0);
    CHECK(call(cpu, 0x80000001, 0x80000002) == -1);
    CHECK(call(cpu, 0x80000001, 0x80008000) == -1);
    CHECK(call(cpu, 0x80008000) == -1);
    CHECK(call(cpu, 0x80007fff, 1) == -1);
    CHECK(arch_state.firmware_calls.empty());
    cpu.workaround_1 = 0;
    cpu.workaround_2 = 1;
    CHECK(call(cpu, 0x80000001, 0x80008000) == 0);
    CHECK(call(cpu, 0x80000001, 0x80007fff) == 1);
    (void)call(cpu, 0x80008000);
    (void)call(cpu, 0x80007fff, 1);
    REQUIRE(arch_state.firmware_calls.size() == 2);
    CHECK(arch_state.firmware_calls[0][0] == 0x80008000);
    CHECK(arch_state.firmware_calls[1][1] == 1);
}

TEST_CASE("SMCCC: old firmware is not asked what it may not survive") {
    Machine machine;
    Cpu& cpu = machine.cpu(0);
    const auto probe = [&](int64_t psci, int64_t features, int64_t version) {
        arch_state.firmware_calls.clear();
        arch_state.firmware = [=](uint64_t(&x)[18]) {
            const uint64_t id = x[0];
            x[0] = static_cast<uint64_t>(id == 0x84000000     ? psci
                                         : id == 0x8400000a   ? features
                                         : id == 0x80000000   ? version
                                         : x[1] == 0x80008000 ? 0
                                                              : -1);
        };
        smccc::probe(cpu);
        return arch_state.firmware_calls.size();
    };
    CHECK(probe(2, 0, 0x10001) == 1);
    CHECK(cpu.workaround_1 == -1);
    CHECK(probe(-1, 0, 0x10001) == 1);
    CHECK(probe(0x10000, -1, 0x10001) == 2);
    CHECK(probe(0x10000, 0, 0x10000) == 3);
    CHECK(cpu.workaround_1 == -1);
    CHECK(probe(0x10001, 0, 0x10001) == 5);
    CHECK(cpu.workaround_1 == 0);
    CHECK(cpu.workaround_2 == -1);
}
