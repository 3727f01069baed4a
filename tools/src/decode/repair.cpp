// SPDX-License-Identifier: Apache-2.0
#include "decode/repair.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace brig::decode {

namespace {

constexpr size_t kMaxLine = 4096;

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

bool is_alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// The length of an escape sequence at the start of `text`, 0: none.
size_t escape_length(std::string_view text) {
    if (text.size() < 2 || text[0] != '\033')
        return 0;
    if (text[1] != '[')
        return 2;
    size_t end = 2;
    while (end < text.size() && (text[end] < '@' || text[end] > '~'))
        end++;
    return std::min(end + 1, text.size());
}

struct Replacement {
    std::string_view from;
    std::string_view to;
};
constexpr Replacement kReplacements[] = {{"&lt;", "<"},
                                         {"&gt;", ">"},
                                         {"&amp;", "&"},
                                         {"&quot;", "\""},
                                         {"&#39;", "'"},
                                         {"</p>", ""},
                                         {"<p>", ""},
                                         {"<br>", ""},
                                         {"$", ""},
                                         {"\\times", "x"},
                                         {"=\"\"", " "},
                                         {"\xe2\x80\x9c", "\""},
                                         {"\xe2\x80\x9d", "\""},
                                         {"\xc3\x97", "x"}};

const Replacement* replacement(std::string_view text) {
    for (const Replacement& entry : kReplacements)
        if (text.starts_with(entry.from))
            return &entry;
    return nullptr;
}

char folded(char c) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    switch (c) {
    case 'o':
        return '0';
    case 'l':
    case 'i':
    case '|':
        return '1';
    case 'q':
        return 'g';
    case '_':
    case '\t':
        return ' ';
    default:
        return c;
    }
}

// 16 for what is no digit.
unsigned digit(char c) {
    switch (c) {
    case 'O':
    case 'o':
    case 'Q':
        return 0;
    case 'l':
    case 'I':
    case 'i':
    case '|':
        return 1;
    case 'S':
    case 's':
        return 5;
    case 'q':
    case 'g':
        return 9;
    default:
        break;
    }
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    const int lower = std::tolower(static_cast<unsigned char>(c));
    return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a' + 10) : 16;
}

std::string_view without_punctuation(std::string_view word) {
    while (!word.empty() && std::string_view(".,;:)]}>\"'").find(word.back()) != word.npos)
        word.remove_suffix(1);
    while (!word.empty() && std::string_view("([{<\"'").find(word.front()) != word.npos)
        word.remove_prefix(1);
    return word;
}

std::string_view without_prefix(std::string_view word) {
    if (word.size() > 2 && digit(word[0]) == 0 && (word[1] == 'x' || word[1] == 'X'))
        word.remove_prefix(2);
    return word;
}

} // namespace

std::string clean_line(std::string_view raw) {
    std::string text;
    for (size_t i = 0; i < raw.size() && text.size() < kMaxLine;) {
        if (const size_t length = escape_length(raw.substr(i)); length != 0) {
            i += length;
        } else if (const Replacement* entry = replacement(raw.substr(i)); entry != nullptr) {
            text += entry->to;
            i += entry->from.size();
        } else if (raw[i] == '\r' || raw[i] == '\n') {
            i++;
        } else {
            const bool printable = raw[i] >= ' ' && raw[i] <= '~';
            text += printable || raw[i] == '\t' ? raw[i] : ' ';
            i++;
        }
    }
    while (!text.empty() && is_space(text.back()))
        text.pop_back();
    return text;
}

Folded fold(std::string_view text) {
    Folded result;
    for (size_t i = 0; i < text.size(); i++) {
        const char c = folded(text[i]);
        if (c == ' ' && (result.text.empty() || result.text.back() == ' '))
            continue;
        result.text += c;
        result.at.push_back(i);
    }
    return result;
}

std::optional<uint64_t> read_hex(std::string_view word) {
    word = without_prefix(without_punctuation(word));
    if (word.empty() || word.size() > 18)
        return {};
    while (word.size() > 16) {
        if (word[0] != word[1] && !(digit(word[0]) == 0 && digit(word[1]) == 0))
            return {};
        word.remove_prefix(1);
    }
    uint64_t value = 0;
    for (const char c : word) {
        if (digit(c) > 15)
            return {};
        value = value << 4 | digit(c);
    }
    return value;
}

std::optional<uint64_t> read_decimal(std::string_view word) {
    word = without_punctuation(word);
    if (word.empty() || word.size() > 18)
        return {};
    uint64_t value = 0;
    for (const char c : word) {
        if (digit(c) > 9)
            return {};
        value = value * 10 + digit(c);
    }
    return value;
}

std::string read_symbol(std::string_view text) {
    const size_t plus = text.find("+0x");
    if (plus == text.npos || plus == 0)
        return {};
    std::string_view name = text.substr(0, plus);
    if (const size_t bracket = name.rfind(']'); bracket != name.npos)
        name.remove_prefix(bracket + 1);
    while (!name.empty() && (is_space(name.front()) || name.front() == '?'))
        name.remove_prefix(1);
    std::string symbol;
    for (const char c : name) {
        if (!is_alnum(c) && !is_space(c) &&
            std::string_view("_.$").find(c) == std::string_view::npos)
            return {};
        symbol += is_space(c) ? '_' : c;
    }
    if (symbol.empty() || symbol.size() > 128)
        return {};
    std::string_view rest = text.substr(plus);
    size_t end = 3;
    while (end < rest.size() && (digit(rest[end]) < 16 || rest[end] == '/' || rest[end] == 'x'))
        end++;
    symbol += rest.substr(0, end);
    if (const size_t module = rest.find(" ["); module != rest.npos)
        if (const size_t close = rest.find(']', module); close != rest.npos)
            symbol += rest.substr(module, close + 1 - module);
    return symbol;
}

} // namespace brig::decode
