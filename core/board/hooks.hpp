// SPDX-License-Identifier: Apache-2.0
// Code of a board, where data cannot say it. Each hook is a static member function of the record
// and optional; without it nothing is done. What a hook changes must suit Linux after a disable
// too, since nothing undoes it.
//
//   static Result<void> early_init();
//       Once, on the first CPU: at EL2 with its MMU on, after the console was opened, before the
//       interrupt controller is touched. Registers must be mapped first (sys.hyp_map.map_device).
//   static Result<void> cpu_init(Cpu& cpu);
//       On each CPU, one after the other, after early_init(), before its interrupts are taken over:
//       for IMPLEMENTATION DEFINED registers, say.
//
// An error fails the enable with its number on all CPUs, and Linux gets everything back.
#pragma once

#include <concepts>

#include "lib/error.hpp"

namespace brig {

struct Cpu;

/// A hook that is there by name must have the signature: one that is silently not called would be
/// worse than none.
template <typename B>
Result<void> board_early_init() {
    if constexpr (requires { &B::early_init; }) {
        static_assert(std::same_as<decltype(&B::early_init), Result<void> (*)()>,
                      "the board's hook is `static Result<void> early_init()`");
        return B::early_init();
    } else {
        return {};
    }
}

template <typename B>
Result<void> board_cpu_init(Cpu& cpu) {
    if constexpr (requires { &B::cpu_init; }) {
        static_assert(std::same_as<decltype(&B::cpu_init), Result<void> (*)(Cpu&)>,
                      "the board's hook is `static Result<void> cpu_init(Cpu&)`");
        return B::cpu_init(cpu);
    } else {
        return {};
    }
}

} // namespace brig
