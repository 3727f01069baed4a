// SPDX-License-Identifier: Apache-2.0
// Exit tracing: its switch, and the memory that the root cell reads. While it is off the CPUs use
// the ordinary vectors and nothing here is executed. All callers are behind
// `if constexpr (config::exit_trace)`.
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::trace {

/// BRIG_TRACE_CMD_*, under the management lock. When it returns, all CPUs follow it in their next
/// exit. Errors: invalid (unknown command), no_memory.
Result<uint64_t> command(uint64_t what);

/// For the current CPU, which has been suspended meanwhile: does what the last command said.
void follow(Cpu& cpu);

} // namespace brig::trace
