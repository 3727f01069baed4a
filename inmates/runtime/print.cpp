// SPDX-License-Identifier: Apache-2.0
#include "print.hpp"

#include "arch.hpp"
#include "console.hpp"

namespace brig {
namespace {

SpinLock lock;
bool unlocked;

struct Spec {
    unsigned width = 0;
    bool left = false;
    bool zero = false;
    unsigned longs = 0;
};

void pad(char c, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        console::put(c);
    }
}

void put_text(const Spec& spec, const char* text, unsigned length) {
    const unsigned fill = spec.width > length ? spec.width - length : 0;
    pad(' ', spec.left ? 0 : fill);
    for (unsigned i = 0; i < length; ++i) {
        console::put(text[i]);
    }
    pad(' ', spec.left ? fill : 0);
}

void put_number(const Spec& spec, uint64_t value, bool negative, unsigned base) {
    char digits[24];
    unsigned first = sizeof(digits);
    do {
        digits[--first] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    if (spec.zero && !spec.left) {
        const unsigned room = spec.width < 20 ? spec.width : 20;
        while (sizeof(digits) - first + negative < room) {
            digits[--first] = '0';
        }
    }
    if (negative) {
        digits[--first] = '-';
    }
    put_text(spec, digits + first, static_cast<unsigned>(sizeof(digits)) - first);
}

Spec parse_spec(const char*& at) {
    Spec spec;
    for (;; ++at) {
        if (*at == '-') {
            spec.left = true;
        } else if (*at == '0' && spec.width == 0) {
            spec.zero = true;
        } else if (*at >= '0' && *at <= '9') {
            spec.width = spec.width * 10 + static_cast<unsigned>(*at - '0');
        } else if (*at == 'l' || *at == 'z') {
            ++spec.longs;
        } else {
            return spec;
        }
    }
}

} // namespace

void print_list(const char* format, va_list arguments) {
    for (const char* at = format; *at != '\0'; ++at) {
        if (*at != '%') {
            console::put(*at);
            continue;
        }
        ++at;
        const Spec spec = parse_spec(at);
        switch (*at) {
        case 'd': {
            const int64_t v = spec.longs > 0 ? va_arg(arguments, int64_t) : va_arg(arguments, int);
            const auto magnitude = static_cast<uint64_t>(v);
            put_number(spec, v < 0 ? 0 - magnitude : magnitude, v < 0, 10);
            break;
        }
        case 'u':
        case 'x': {
            const uint64_t v =
                spec.longs > 0 ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned);
            put_number(spec, v, false, *at == 'x' ? 16 : 10);
            break;
        }
        case 'p':
            console::put('0');
            console::put('x');
            put_number(spec, va_arg(arguments, uint64_t), false, 16);
            break;
        case 'c': {
            const char c = static_cast<char>(va_arg(arguments, int));
            put_text(spec, &c, 1);
            break;
        }
        case 's': {
            const char* text = va_arg(arguments, const char*);
            unsigned length = 0;
            while (text[length] != '\0') {
                ++length;
            }
            put_text(spec, text, length);
            break;
        }
        case '%':
            console::put('%');
            break;
        default:
            return; // the compiler checks formats; nothing sensible can follow
        }
    }
}

void print(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (__atomic_load_n(&unlocked, __ATOMIC_RELAXED)) {
        print_list(format, arguments);
    } else {
        const LockGuard guard(lock);
        print_list(format, arguments);
    }
    va_end(arguments);
}

void print_without_lock() {
    __atomic_store_n(&unlocked, true, __ATOMIC_RELAXED);
}

} // namespace brig
