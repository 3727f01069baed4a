// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace brig::arch {

inline void relax() {}
inline void wait_for_interrupt() {}

} // namespace brig::arch
