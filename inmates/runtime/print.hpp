// SPDX-License-Identifier: Apache-2.0
// Formatted output to the console.
#pragma once

#include <stdarg.h>
#include <stdint.h>

namespace brig {

// %d %u %x %c %s %p %%, with l, ll, z, a width, 0 and -. A call is not mixed with those of other
// CPUs.
[[gnu::format(printf, 1, 2)]] void print(const char* format, ...);
void print_list(const char* format, va_list arguments);

// From now on print() takes no lock: for a CPU that may have stopped while holding it.
void print_without_lock();

} // namespace brig
