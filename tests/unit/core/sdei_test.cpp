// SPDX-License-Identifier: Apache-2.0
#include "sdei/sdei.hpp"

#include "arch/this_cpu.hpp"
#include "support.hpp"
#include "system.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace brig;
using test::arch_state;

namespace {

/// Firmware with SMCCC 1.1, PSCI 1.1 and an SDEI that can lack things.
struct Firmware {
    int64_t version = int64_t{1} << 48;
    bool delivers = true;
    std::set<uint64_t> refused; // functions that are answered DENIED
    std::vector<uint64_t> calls{};
    bool registered = false;
    bool masked = true;

    void answer(uint64_t (&x)[18]) {
        calls.push_back(x[0]);
        int64_t result = 0;
        if (refused.contains(x[0]))
            result = -3;
        else if (x[0] == 0x84000000 || x[0] == 0x80000000) // PSCI_VERSION, SMCCC_VERSION
            result = 0x10001;
        else if (x[0] == 0xc4000020)
            result = version;
        else if (x[0] == 0xc4000021)
            registered = x[1] == 0 && x[2] == 0x40001000 && x[3] == 0x40002000;
        else if (x[0] == 0xc4000027)
            registered = false;
        else if (x[0] == 0xc400002b || x[0] == 0xc400002c)
            masked = x[0] == 0xc400002b;
        else if (x[0] == 0xc400002f)
            arch_state.translation_left = delivers && registered && !masked;
        x[0] = static_cast<uint64_t>(result);
    }
};

struct Fixture {
    Fixture() {
        arch_state = {};
        arch_state.firmware = [this](uint64_t(&x)[18]) { firmware.answer(x); };
        arch_state.counter_step = 1000;
        sys.direct_interrupts = false;
        first.primary = true;
        arch::fake_cpu = &first;
    }
    ~Fixture() {
        arch_state = {};
        arch::fake_cpu = nullptr;
        sys.direct_interrupts = false;
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    Firmware firmware;
    Cpu first{};
    Cpu second{};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "sdei: event 0 is registered, tried and used") {
    REQUIRE(sdei::enter(first));
    CHECK(sys.direct_interrupts);
    CHECK(first.has_event);
    CHECK(firmware.registered);
    CHECK(!firmware.masked);
    REQUIRE(sdei::enter(second));
    CHECK(second.has_event);

    sdei::leave(first);
    CHECK(!first.has_event);
    CHECK(!firmware.registered);
    CHECK(firmware.masked);
}

TEST_CASE_FIXTURE(Fixture, "sdei: firmware without it, or with less, is not used") {
    SUBCASE("no SDEI") {
        firmware.version = -1;
    }
    SUBCASE("SMCCC 1.0 is not even asked") {
        firmware.refused = {0x80000000};
    }
    SUBCASE("event 0 cannot be registered") {
        firmware.refused = {0xc4000021};
    }
    SUBCASE("nor enabled") {
        firmware.refused = {0xc4000022};
    }
    SUBCASE("nor signalled") {
        firmware.refused = {0xc400002f};
    }
    SUBCASE("it never arrives") {
        firmware.delivers = false;
    }
    REQUIRE(sdei::enter(first));
    CHECK(!sys.direct_interrupts);
    CHECK(!first.has_event);
    CHECK(!firmware.registered);
    if (firmware.refused.contains(0x80000000))
        for (const uint64_t call : firmware.calls)
            CHECK((call & 0xffffffe0) != 0xc4000020);

    firmware.calls.clear();
    REQUIRE(sdei::enter(second)); // follows the first without a question
    CHECK(firmware.calls.empty());
}

TEST_CASE_FIXTURE(Fixture, "sdei: a CPU whose firmware differs ends the enable") {
    REQUIRE(sdei::enter(first));
    firmware.delivers = false;
    arch_state.translation_left = false;
    const auto result = sdei::enter(second);
    REQUIRE(!result);
    CHECK(result.error() == Error::io);
    CHECK(!second.has_event);
}

TEST_CASE_FIXTURE(Fixture, "sdei: a CPU is called by its affinity") {
    second.mpidr = 0x100000103;
    std::vector<std::array<uint64_t, 3>> seen;
    arch_state.firmware = [&](uint64_t(&x)[18]) { seen.push_back({x[0], x[1], x[2]}); };
    sdei::signal(second);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0] == std::array<uint64_t, 3>{0xc400002f, 0, 0x100000103});
}
