// SPDX-License-Identifier: Apache-2.0
#include "board/hooks.hpp"

#include <doctest/doctest.h>

#include "cpu/cpu.hpp"

using namespace brig;

namespace {

struct Plain {};

struct WithHooks {
    static inline unsigned early = 0;
    static inline Cpu* seen = nullptr;

    static Result<void> early_init() {
        early++;
        return {};
    }
    static Result<void> cpu_init(Cpu& cpu) {
        seen = &cpu;
        return Error::io;
    }
};

} // namespace

TEST_CASE("board hooks: a board without them starts") {
    Cpu cpu{};
    CHECK(board_early_init<Plain>());
    CHECK(board_cpu_init<Plain>(cpu));
}

TEST_CASE("board hooks: they are called, and their errors are passed on") {
    Cpu cpu{};
    CHECK(board_early_init<WithHooks>());
    CHECK(WithHooks::early == 1);
    CHECK(board_cpu_init<WithHooks>(cpu).error() == Error::io);
    CHECK(WithHooks::seen == &cpu);
}
