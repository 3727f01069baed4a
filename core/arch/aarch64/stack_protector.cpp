// SPDX-License-Identifier: Apache-2.0
// The compiler compares with Cpu::stack_guard, which it finds through TPIDR_EL2.
#include "console/console.hpp"
#include "evidence/crash.hpp"

extern "C" [[noreturn, gnu::used]] void __stack_chk_fail(void) {
    brig::console::print("Stack of the hypervisor overwritten\n");
    brig::evidence::note_assertion("stack intact", __FILE_NAME__, __LINE__);
    __builtin_trap(); // the dump follows
}
