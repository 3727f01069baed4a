// SPDX-License-Identifier: Apache-2.0
// Learn mode, for porting: what the root cell lacks in its configuration and in the board's SMC
// policy is let through and recorded. docs/learn.md says what it is for. All callers are behind
// `if constexpr (config::learn)`.
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"
#include "mem/page_table.hpp"

namespace brig::learn {

bool is_on();

/// At enable, when the root cell exists: switches it on if the configuration says so.
void init();
/// BRIG_LEARN_CMD_*, under the management lock. Errors: invalid (unknown command), busy (clear
/// while off: what would be forgotten is in use), no_memory.
Result<void> command(uint64_t what);

/// An exit that is about to become a violation. True: the guest may try again (or is in reset).
bool handle_abort(Cpu& cpu, Frame& frame, uint64_t esr);

/// A call that the board's policy does not name. False: not learned either, `frame` is unchanged.
bool handle_call(const Cpu& cpu, Frame& frame);

/// A cell takes part of these pages: what root has only learned of them goes. prepare() makes sure
/// that withdraw() cannot fail. The caller flushes the root cell's TLB entries.
Result<void> prepare_withdrawal(PageTable& root, Range pages);
void withdraw(PageTable& root, Range pages);

} // namespace brig::learn
