// SPDX-License-Identifier: Apache-2.0
// The few memory and string functions that cells and the compiler need.
#pragma once

#include <stddef.h>

extern "C" {
void* memcpy(void* to, const void* from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int byte, size_t size);
int memcmp(const void* a, const void* b, size_t size);
}

namespace brig {

inline unsigned string_length(const char* text) {
    unsigned n = 0;
    while (text[n] != '\0') {
        ++n;
    }
    return n;
}

inline int compare(const char* a, const char* b, size_t size) {
    return memcmp(a, b, size);
}
inline void copy(char* to, const char* from, size_t size) {
    memcpy(to, from, size);
}

inline bool equal(const char* a, const char* b) {
    while (*a != '\0' && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

} // namespace brig
