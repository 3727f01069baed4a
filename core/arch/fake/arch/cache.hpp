// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "lib/bits.hpp"

namespace brig::arch {

inline void clean_invalidate(uint64_t, uint64_t) {}
inline void flush_tlb_current_vmid() {}
inline void flush_tlb_ipa(Range) {}
inline void flush_tlb_el2(Range) {}

} // namespace brig::arch
