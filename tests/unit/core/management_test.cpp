// SPDX-License-Identifier: Apache-2.0
// One CPU steering others, which are threads here: cells come and go while their CPUs run.
#include "cpu/management.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "arch/cpu_hints.hpp"
#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "support.hpp"

using namespace brig;
using namespace test;

namespace {

/// CPUs 1 to 3 as threads that "run a guest" and look at their attention word.
struct Cpus : Machine {
    Cpus() {
        arch::fake_relax = [] { std::this_thread::yield(); };
        arch::fake_wait = [] { std::this_thread::yield(); };
        for (unsigned id = 1; id < kCpus; id++)
            threads.emplace_back([this, id] { run(cpu(id)); });
    }
    ~Cpus() {
        stop = true;
        for (unsigned id = 1; id < kCpus; id++) {
            cpu(id).power = PowerState::on; // out of idle()
            cpu(id).attention.store_release(1);
        }
        for (auto& thread : threads)
            thread.join();
    }
    void run(Cpu& cpu) {
        arch::fake_cpu = &cpu;
        while (!stop) {
            if (cpu.attention.load_acquire() != 0)
                management::process_events(cpu, frames[cpu.id]);
            running[cpu.id]++;
            std::this_thread::yield();
        }
    }
    bool runs(unsigned id) {
        // As long as it takes on a busy host; only a hang ever reaches the limit.
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        const unsigned before = running[id];
        while (running[id] == before && std::chrono::steady_clock::now() < limit)
            std::this_thread::sleep_for(std::chrono::microseconds{100});
        return running[id] != before;
    }
    bool stands(unsigned id) {
        std::this_thread::yield();
        const unsigned before = running[id];
        for (unsigned i = 0; i < 200; i++)
            std::this_thread::yield();
        return running[id] == before;
    }

    std::atomic<bool> stop{false};
    std::atomic<unsigned> running[kCpus]{};
    Frame frames[kCpus]{};
    std::vector<std::thread> threads;
};

} // namespace

TEST_CASE("management: suspended CPUs stand still until they are resumed") {
    Cpus machine;
    CpuSet two;
    two.set(0); // the caller: not suspended
    two.set(1);
    two.set(3);
    for (unsigned round = 0; round < 20; round++) {
        management::suspend(two);
        CHECK(machine.stands(1));
        CHECK(machine.stands(3));
        CHECK(machine.runs(2));
        management::resume(two);
        CHECK(machine.runs(1));
        CHECK(machine.runs(3));
    }
}

TEST_CASE("management: suspending again at once, before the resume was noticed") {
    Cpus machine;
    CpuSet one;
    one.set(2);
    for (unsigned round = 0; round < 500; round++) {
        management::suspend(one);
        REQUIRE(machine.cpu(2).suspended);
        management::resume(one);
    }
    CHECK(machine.runs(2));
}

TEST_CASE("management: cells come, run and go on CPUs that are at work") {
    Cpus machine;
    CellFile file = small_cell();
    file.cpus = {1, 2};
    file.reset_address = 0x4000;
    const uint64_t used = sys.pool.used();
    for (unsigned round = 0; round < 20; round++) {
        REQUIRE(control::create(file.place()));
        CHECK(machine.cpu(1).power == PowerState::off); // visible when the call returns
        CHECK(machine.stands(1));
        CHECK(machine.runs(3));
        REQUIRE(control::set_loadable(1));
        REQUIRE(control::start(1));
        CHECK(machine.runs(1));
        CHECK(machine.stands(2));
        CHECK(machine.cpu(1).cell->id == 1);
        REQUIRE(management::power_on(machine.cpu(2), 0x5000, 7));
        CHECK(machine.runs(2));
        CHECK(machine.frames[2].x[0] == 7);
        CHECK(management::power_on(machine.cpu(2), 0, 0).error() == Error::busy);
        REQUIRE(control::destroy(1));
        CHECK(machine.stands(1));
        CHECK(machine.cpu(1).cell == &sys.root);
        REQUIRE(management::power_on(machine.cpu(1), 0x6000, 1)); // Linux takes them back
        REQUIRE(management::power_on(machine.cpu(2), 0x6000, 2));
        CHECK(machine.runs(1));
        CHECK(machine.runs(2));
        REQUIRE(sys.pool.used() == used);
    }
    unsigned starts = 0;
    for (const auto& reset : arch_state.resets)
        starts += reset.entry == 0x4000 && reset.cpu == 1;
    CHECK(starts == 20);
}
