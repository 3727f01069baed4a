// SPDX-License-Identifier: Apache-2.0
// The way back (abi: hypercalls.md 2.1, loader.md 6).
#pragma once

#include "cpu/cpu.hpp"
#include "lib/error.hpp"

namespace brig::setup {

/// The DISABLE hypercall of one CPU. Does not return when all root CPUs have called and nothing
/// stands against it. Errors, the same on all CPUs: busy (cells exist, or not all root CPUs came in
/// time), try_again (an LPI is in flight).
Result<void> disable(Cpu& cpu, Frame& frame);

} // namespace brig::setup
