// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace brig {
struct Cpu;
struct Frame;
} // namespace brig

namespace brig::arch {

/// Hands EL2 back to Linux on this CPU, which goes on at EL1 with the registers of `frame`.
[[noreturn]] void release(Cpu& cpu, const Frame& frame);

} // namespace brig::arch
