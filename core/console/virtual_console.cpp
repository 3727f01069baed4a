// SPDX-License-Identifier: Apache-2.0
#include "console/virtual_console.hpp"

#include "arch/barrier.hpp"
#include "brig/console.h"
#include "lib/bits.hpp"

extern "C" volatile brig_virtual_console brig_console_page; // in the image header's file

namespace brig::virtual_console {

void begin() {
    brig_console_page.busy = 1;
    arch::dmb_ishst();
}

void append(char c) {
    const uint32_t tail = brig_console_page.tail;
    brig_console_page.content[tail % BRIG_CONSOLE_RING_SIZE] = c;
    brig_console_page.tail = tail + 1;
}

void end() {
    arch::dmb_ishst();
    brig_console_page.busy = 0;
}

} // namespace brig::virtual_console
