// SPDX-License-Identifier: Apache-2.0
// CPUs that do something together, as threads.
#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "arch/cpu_hints.hpp"
#include "setup/assembly.hpp"
#include "setup/rendezvous.hpp"
#include "support.hpp"

using namespace brig;
using setup::Assembly;

namespace {

constexpr auto never = [] {
    std::this_thread::yield();
    return false;
};

std::vector<int32_t> join_all(Assembly& assembly, std::vector<int32_t> verdicts) {
    std::vector<int32_t> results(verdicts.size(), 99);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < verdicts.size(); i++)
        threads.emplace_back([&, i] {
            results[i] = assembly.join(static_cast<uint32_t>(verdicts.size()), verdicts[i], never);
        });
    for (auto& thread : threads)
        thread.join();
    return results;
}

} // namespace

TEST_CASE("assembly: one verdict for all, again and again") {
    Assembly assembly;
    for (unsigned round = 0; round < 20; round++) {
        CHECK(join_all(assembly, {0, 0, 0, 0}) == std::vector<int32_t>(4, 0));
        CHECK(join_all(assembly, {0, -11, 0, 0}) == std::vector<int32_t>(4, -11));
    }
    const auto both = join_all(assembly, {-11, -16, -11, -16});
    CHECK(both == std::vector<int32_t>(4, both[0]));
    CHECK(both[0] < 0);
}

TEST_CASE("assembly: who comes alone is told so, and counts no more") {
    Assembly assembly;
    unsigned looks = 0;
    CHECK(assembly.join(4, 0, [&] { return ++looks == 10; }) == -16);
    CHECK(assembly.join(4, -11, [] { return true; }) == -16);
    CHECK(join_all(assembly, {0, 0, 0, 0}) == std::vector<int32_t>(4, 0));
}

TEST_CASE("rendezvous: nobody passes before all are there") {
    test::arch_state = {};
    test::arch_state.counter_step = 0;
    arch::fake_relax = [] { std::this_thread::yield(); };
    Rendezvous rendezvous;
    Atomic<uint32_t> before{0};
    bool early = false;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; i++)
        threads.emplace_back([&] {
            before.fetch_add(1);
            CHECK(rendezvous.reach(0, 4, 1));
            if (before.load_acquire() != 4)
                early = true;
        });
    for (auto& thread : threads)
        thread.join();
    CHECK_FALSE(early);
    arch::fake_relax = nullptr;
}

TEST_CASE("rendezvous: late CPUs, and the first error is everybody's") {
    test::arch_state = {};
    test::arch_state.counter_step = 100000;
    Rendezvous rendezvous;
    CHECK(rendezvous.reach(0, 2, 1).error() == Error::busy);
    CHECK(rendezvous.reach(1, 1, 1).error() == Error::busy);
    Rendezvous other;
    other.report(Error::io);
    other.report(Error::invalid);
    CHECK(other.verdict().error() == Error::io);
    CHECK(other.reach(0, 1, 1).error() == Error::io);
}
