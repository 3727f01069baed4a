// SPDX-License-Identifier: Apache-2.0
#include "arch/barrier.hpp"
#include "arch/guest.hpp"
#include "arch/sysreg.hpp"

extern "C" const char brig_vectors[], brig_traced_vectors[];

namespace brig::arch {

void trace_exits(bool on) {
    VbarEl2::write(reinterpret_cast<uint64_t>(on ? brig_traced_vectors : brig_vectors));
    isb();
}

} // namespace brig::arch
