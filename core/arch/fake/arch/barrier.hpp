// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace brig::arch {

inline void isb() {}
inline void dsb_sy() {}
inline void dsb_ishst() {}
inline void dmb_ishst() {}

} // namespace brig::arch
