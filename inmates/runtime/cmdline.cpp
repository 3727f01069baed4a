// SPDX-License-Identifier: Apache-2.0
#include "cmdline.hpp"

#include "layout.h"
#include "string.hpp"

namespace brig {
namespace {

extern "C" char __cmdline[INMATE_CMDLINE_SIZE];

struct Value {
    const char* text; // null: parameter absent
    unsigned length;

    bool is(const char* word) const {
        return string_length(word) == length && compare(text, word, length) == 0;
    }
};

unsigned word_length(const char* word) {
    unsigned n = 0;
    while (word[n] != '\0' && word[n] != ' ') {
        ++n;
    }
    return n;
}

Value find(const char* name) {
    const unsigned name_length = string_length(name);
    const char* word = cmdline();
    for (;;) {
        while (*word == ' ') {
            ++word;
        }
        const unsigned length = word_length(word);
        if (length == 0) {
            return {nullptr, 0};
        }
        if (length >= name_length && compare(word, name, name_length) == 0) {
            unsigned value = name_length;
            while (value < length && word[value] != '=') {
                ++value;
            }
            value += value < length; // behind the '='
            return {word + value, length - value};
        }
        word += length;
    }
}

int digit(char c, unsigned base) {
    const int value = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    return value < static_cast<int>(base) ? value : -1;
}

} // namespace

const char* cmdline() {
    __cmdline[INMATE_CMDLINE_SIZE - 1] = '\0';
    return __cmdline;
}

uint64_t cmdline_int(const char* name, uint64_t fallback) {
    const Value value = find(name);
    if (value.text == nullptr || value.length == 0) {
        return fallback;
    }
    unsigned i = 0;
    const bool negative = value.text[0] == '-';
    i += negative || value.text[0] == '+';
    unsigned base = 10;
    if (value.length - i > 2 && value.text[i] == '0' && (value.text[i + 1] | 0x20) == 'x') {
        base = 16;
        i += 2;
    }
    if (i == value.length) {
        return fallback;
    }
    uint64_t result = 0;
    for (; i < value.length; ++i) {
        const int d = digit(value.text[i], base);
        if (d < 0) {
            return fallback;
        }
        result = result * base + static_cast<uint64_t>(d);
    }
    return negative ? 0 - result : result;
}

bool cmdline_bool(const char* name, bool fallback) {
    const Value value = find(name);
    if (value.text == nullptr) {
        return fallback;
    }
    if (value.length == 0 || value.is("true") || value.is("1")) {
        return true;
    }
    if (value.is("false") || value.is("0")) {
        return false;
    }
    return fallback;
}

bool cmdline_string(const char* name, char* buffer, unsigned size) {
    const Value value = find(name);
    if (value.text == nullptr) {
        return false;
    }
    const unsigned length = value.length < size ? value.length : size - 1;
    copy(buffer, value.text, length);
    buffer[length] = '\0';
    return true;
}

} // namespace brig
