// SPDX-License-Identifier: Apache-2.0
// The few memory and string functions that a freestanding C++ program needs.
#pragma once

#include <cstddef>

extern "C" {
void* memset(void* to, int value, size_t size);
void* memcpy(void* to, const void* from, size_t size);
void* memmove(void* to, const void* from, size_t size);
int memcmp(const void* a, const void* b, size_t size);
}
