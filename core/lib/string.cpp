// SPDX-License-Identifier: Apache-2.0
// GCC emits calls to these even in freestanding code. They run with the MMU off too, so: no
// unaligned wide accesses, no DC ZVA.
#include "lib/string.hpp"

#include <cstdint>

namespace {

bool word_aligned(const void* a, const void* b) {
    return ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b)) & 7) == 0;
}

} // namespace

extern "C" {

[[gnu::used]] void* memset(void* to, int value, size_t size) {
    auto* bytes = static_cast<volatile unsigned char*>(to);
    const auto byte = static_cast<unsigned char>(value);
    if (word_aligned(to, to)) {
        auto* words = static_cast<volatile uint64_t*>(to);
        for (; size >= 8; size -= 8, bytes += 8)
            *words++ = byte * 0x0101010101010101u;
    }
    while (size-- > 0)
        *bytes++ = byte;
    return to;
}

[[gnu::used]] void* memcpy(void* to, const void* from, size_t size) {
    auto* out = static_cast<volatile unsigned char*>(to);
    auto* in = static_cast<const volatile unsigned char*>(from);
    if (word_aligned(to, from)) {
        auto* out_words = static_cast<volatile uint64_t*>(to);
        auto* in_words = static_cast<const volatile uint64_t*>(from);
        for (; size >= 8; size -= 8, in += 8, out += 8)
            *out_words++ = *in_words++;
    }
    while (size-- > 0)
        *out++ = *in++;
    return to;
}

[[gnu::used]] void* memmove(void* to, const void* from, size_t size) {
    auto* out = static_cast<volatile unsigned char*>(to);
    auto* in = static_cast<const volatile unsigned char*>(from);
    if (to <= from)
        return memcpy(to, from, size);
    while (size-- > 0)
        out[size] = in[size];
    return to;
}

[[gnu::used]] int memcmp(const void* a, const void* b, size_t size) {
    auto* left = static_cast<const unsigned char*>(a);
    auto* right = static_cast<const unsigned char*>(b);
    for (; size > 0; size--, left++, right++)
        if (*left != *right)
            return *left - *right;
    return 0;
}
}
