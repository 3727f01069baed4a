// SPDX-License-Identifier: Apache-2.0
#include "lib/assert.hpp"

#include "console/console.hpp"
#include "evidence/crash.hpp"

namespace brig {

void assertion_failed(const char* expression, const char* file, unsigned line) {
    console::print("{}:{}: assertion failed: {}\n", file, line, expression);
    evidence::note_assertion(expression, file, line);
    __builtin_trap(); // the dump follows
}

} // namespace brig
