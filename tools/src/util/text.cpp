// SPDX-License-Identifier: Apache-2.0
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <numeric>

namespace brig {

namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string_view>& candidates) {
    std::optional<std::string> best;
    size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
    for (auto candidate : candidates) {
        size_t distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best_distance = distance;
            best = std::string(candidate);
        }
    }
    return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
    auto near = nearest(word, candidates);
    return near ? fmt::format(" (did you mean `{}`?)", *near) : "";
}

std::string list_text(const std::set<unsigned>& numbers) {
    if (numbers.empty())
        return "none";
    std::string text;
    for (auto it = numbers.begin(); it != numbers.end();) {
        unsigned first = *it;
        unsigned last = first;
        while (++it != numbers.end() && *it == last + 1)
            last = *it;
        text += fmt::format("{}{}", text.empty() ? "" : ",", first);
        if (last != first)
            text += fmt::format("-{}", last);
    }
    return text;
}

std::optional<uint64_t> parse_number(std::string_view text) {
    if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0])))
        return {};
    std::string copy(text);
    char* end = nullptr;
    errno = 0;
    unsigned long long value = std::strtoull(copy.c_str(), &end, 0);
    if (errno || *end != '\0' || copy.size() != std::string_view(copy.c_str()).size())
        return {};
    return value;
}

std::string printable(std::string_view text) {
    std::string result;
    for (char c : text)
        result += c >= 0x20 && c < 0x7f ? c : '?';
    return result;
}

std::string size_text(uint64_t bytes) {
    static constexpr std::string_view units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::string text = fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
    for (unsigned unit = 0; unit < std::size(units) && bytes >> (10 * (unit + 1)); unit++) {
        uint64_t tenths = (bytes >> (10 * unit) & 0x3ff) * 10 >> 10;
        uint64_t whole = bytes >> (10 * (unit + 1));
        text = tenths ? fmt::format("{}.{} {}", whole, tenths, units[unit])
                      : fmt::format("{} {}", whole, units[unit]);
    }
    return text;
}

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
    std::string text;
    for (size_t i = 0; i < parts.size(); i++) {
        if (i > 0)
            text += i + 1 == parts.size() ? last : std::string_view(", ");
        text += parts[i];
    }
    return text;
}

} // namespace brig
