// SPDX-License-Identifier: Apache-2.0
#include "decode/line.hpp"

#include "decode/repair.hpp"

#include <cctype>
#include <cstdlib>

namespace brig::decode {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

size_t skip_blanks(std::string_view text, size_t at = 0) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

size_t skip_digits(std::string_view text, size_t at, size_t most) {
    const size_t end = std::min(text.size(), at + most);
    while (at < end && is_digit(text[at]))
        at++;
    return at;
}

struct Stamp {
    size_t length = 0; // 0: there is none
    double time = 0;
};

// "[   12.345678] ". Damaged, at the start of a line, the point may be a blank and the brackets
// missing or read as a seventh digit. `exact` wants both brackets and the point.
Stamp read_stamp(std::string_view text, bool exact) {
    size_t at = exact ? 0 : skip_blanks(text);
    const bool bracket = at < text.size() && text[at] == '[';
    if (exact && !bracket)
        return {};
    at = skip_blanks(text, bracket ? at + 1 : at);
    const size_t seconds = at;
    at = skip_digits(text, at, 7);
    if (at == seconds || at >= text.size() || (text[at] != '.' && (exact || text[at] != ' ')))
        return {};
    const bool point = text[at] == '.';
    const size_t fraction = at + 1;
    at = skip_digits(text, fraction, 6);
    if (at != fraction + 6)
        return {};
    const std::string number = std::string(text.substr(seconds, fraction - 1 - seconds)) + "." +
                               std::string(text.substr(fraction, 6));
    if (at < text.size() && (text[at] == ']' || (!exact && is_digit(text[at]))))
        at++;
    else if (exact)
        return {};
    if (at < text.size() && text[at] != ' ' && text[at] != '\t' && text[at] != '[')
        return {};
    if (!point && !bracket && at - seconds < 8)
        return {};
    return {at, std::strtod(number.c_str(), nullptr)};
}

// "<6>", what a journal has up to "kernel: ", or a terminal program's "[2026-11-22 21:49:26] ".
size_t logger_prefix(std::string_view text) {
    if (text.size() > 3 && text[0] == '<' && is_digit(text[1])) {
        const size_t end = skip_digits(text, 1, 3);
        if (end < text.size() && text[end] == '>')
            return end + 1;
    }
    if (text.size() > 12 && text[0] == '[' && skip_digits(text, 1, 4) == 5 && text[5] == '-')
        if (const size_t end = text.substr(0, 40).find("] "); end != text.npos)
            return end + 2;
    constexpr std::string_view kernel = " kernel: ";
    if (const size_t at = text.substr(0, 100).find(kernel); at != text.npos)
        return at + kernel.size();
    return 0;
}

// "[T123] " or "[   C4] " behind the time stamp.
size_t read_caller(std::string_view text, std::string& caller) {
    size_t at = skip_blanks(text);
    if (at >= text.size() || text[at] != '[')
        return 0;
    const size_t name = skip_blanks(text, at + 1);
    if (name >= text.size() || (text[name] != 'T' && text[name] != 'C'))
        return 0;
    const size_t end = skip_digits(text, name + 1, 8);
    if (end == name + 1 || end >= text.size() || text[end] != ']')
        return 0;
    caller = text.substr(name, end - name);
    return end + 1;
}

Line read_message(std::string_view text, size_t number) {
    Line line;
    line.number = number;
    text.remove_prefix(logger_prefix(text));
    if (const Stamp stamp = read_stamp(text, false); stamp.length != 0) {
        line.time = stamp.time;
        text.remove_prefix(stamp.length);
        text.remove_prefix(read_caller(text, line.caller));
        if (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
    }
    line.text = text;
    return line;
}

// Where a message with a time stamp begins inside `text`; npos: nowhere.
size_t find_inner(std::string_view text) {
    for (size_t at = text.find('[', 1); at != text.npos; at = text.find('[', at + 1))
        if (read_stamp(text.substr(at), true).length != 0 && skip_blanks(text) < at &&
            logger_prefix(text) != at)
            return at;
    return text.npos;
}

} // namespace

std::vector<Line> read_line(std::string_view raw, size_t number) {
    const std::string text = clean_line(raw);
    std::string_view rest = text;
    std::vector<Line> lines;
    for (size_t inner; (inner = find_inner(rest)) != rest.npos;) {
        lines.push_back(read_message(rest.substr(0, inner), number));
        lines.back().unfinished = true;
        rest.remove_prefix(inner);
    }
    lines.push_back(read_message(rest, number));
    return lines;
}

} // namespace brig::decode
