// SPDX-License-Identifier: Apache-2.0
// Parameters: blank separated `name` or `name=value`, the first match wins, names are compared as
// prefixes (of the word on the command line).
#pragma once

#include <stdint.h>

namespace brig {

// The complete command line, NUL terminated.
const char* cmdline();

// Decimal (optional sign) or 0x hexadecimal; fallback when absent or not a number.
uint64_t cmdline_int(const char* name, uint64_t fallback);

// true, 1 and an empty value are true; false and 0 are false; else fallback.
bool cmdline_bool(const char* name, bool fallback);

// Copies the value to buffer (size bytes, NUL terminated, cut if too long). False when absent.
bool cmdline_string(const char* name, char* buffer, unsigned size);

} // namespace brig
