// SPDX-License-Identifier: Apache-2.0
// Exceptions that a cell expects.
#pragma once

#include "layout.h"

#include <stdint.h>

namespace brig {

struct ExceptionFrame {
    uint64_t x[31];
    uint64_t elr;
    uint64_t spsr;
    uint64_t sp;
};
static_assert(sizeof(ExceptionFrame) == INMATE_FRAME_SIZE);

struct Caught {
    bool happened;
    uint64_t esr;
    uint64_t far;
    unsigned exception_class() const { return static_cast<unsigned>(esr >> 26); }
};

// From now on a synchronous exception on the boot CPU is recorded and its instruction skipped,
// until catch_end(), which returns the first one.
void catch_begin();
Caught catch_end();

const char* exception_class_name(unsigned exception_class);

} // namespace brig
