// SPDX-License-Identifier: Apache-2.0
// Built with -fno-tree-loop-distribute-patterns, or the loops would become calls of themselves.
#include "string.hpp"

extern "C" {

void* memcpy(void* to, const void* from, size_t size) {
    auto* t = static_cast<unsigned char*>(to);
    const auto* f = static_cast<const unsigned char*>(from);
    for (size_t i = 0; i < size; ++i) {
        t[i] = f[i];
    }
    return to;
}

void* memmove(void* to, const void* from, size_t size) {
    auto* t = static_cast<unsigned char*>(to);
    const auto* f = static_cast<const unsigned char*>(from);
    if (t < f) {
        return memcpy(to, from, size);
    }
    for (size_t i = size; i > 0; --i) {
        t[i - 1] = f[i - 1];
    }
    return to;
}

void* memset(void* to, int byte, size_t size) {
    auto* t = static_cast<unsigned char*>(to);
    for (size_t i = 0; i < size; ++i) {
        t[i] = static_cast<unsigned char>(byte);
    }
    return to;
}

int memcmp(const void* a, const void* b, size_t size) {
    const auto* x = static_cast<const unsigned char*>(a);
    const auto* y = static_cast<const unsigned char*>(b);
    for (size_t i = 0; i < size; ++i) {
        if (x[i] != y[i]) {
            return x[i] - y[i];
        }
    }
    return 0;
}
}
