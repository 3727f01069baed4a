// SPDX-License-Identifier: Apache-2.0
#include "lib/format.hpp"

namespace brig {

namespace {

struct Spec {
    unsigned width = 0;
    char pad = ' ';
    bool hex = false;
};

void put_number(Sink& sink, uint64_t value, bool negative, Spec spec) {
    char digits[20];
    unsigned count = 0;
    const unsigned base = spec.hex ? 16 : 10;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = count + negative; spec.pad == ' ' && i < spec.width; i++)
        sink.put(' ');
    if (negative)
        sink.put('-');
    for (unsigned i = count + negative; spec.pad == '0' && i < spec.width; i++)
        sink.put('0');
    while (count > 0)
        sink.put(digits[--count]);
}

void put_arg(Sink& sink, const FormatArg& arg, Spec spec) {
    switch (arg.kind) {
    case FormatArg::Kind::unsigned_number:
        return put_number(sink, arg.number, false, spec);
    case FormatArg::Kind::signed_number: {
        const bool negative = !spec.hex && static_cast<int64_t>(arg.number) < 0;
        return put_number(sink, negative ? 0 - arg.number : arg.number, negative, spec);
    }
    case FormatArg::Kind::text:
        for (const char* p = arg.text; *p != '\0'; p++)
            sink.put(*p);
        return;
    case FormatArg::Kind::character:
        return sink.put(static_cast<char>(arg.number));
    case FormatArg::Kind::address:
        sink.put('0');
        sink.put('x');
        return put_number(sink, arg.number, false, {16, '0', true});
    }
}

/// Parses what stands between the braces; returns the position of the closing one.
const char* parse_spec(const char* p, Spec& spec) {
    if (*p == ':')
        p++;
    if (*p == '0') {
        spec.pad = '0';
        p++;
    }
    for (; *p >= '0' && *p <= '9'; p++)
        spec.width = spec.width * 10 + static_cast<unsigned>(*p - '0');
    if (*p == 'x') {
        spec.hex = true;
        p++;
    }
    return p;
}

} // namespace

void vformat(Sink& sink, const char* format, const FormatArg* args, size_t count) {
    size_t next = 0;
    for (const char* p = format; *p != '\0'; p++) {
        if (*p != '{') {
            sink.put(*p);
            continue;
        }
        Spec spec;
        const char* end = parse_spec(p + 1, spec);
        if (*end != '}') {
            sink.put(*p);
            continue;
        }
        put_arg(sink, next < count ? args[next] : FormatArg{"{?}"}, spec);
        next++;
        p = end;
    }
}

} // namespace brig
