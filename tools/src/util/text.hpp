// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace brig {

// The candidate closest to `word` in edit distance, if close enough to be a typo of it.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string_view>& candidates);

// " (did you mean `x`?)", or an empty text when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

// "0,2-3"; "none" for the empty set.
std::string list_text(const std::set<unsigned>& numbers);

// C integer syntax (0x, 0 prefixes), the complete text, no sign. Empty result: not a number.
std::optional<uint64_t> parse_number(std::string_view text);

// `text` with every byte that is no printable ASCII as "?": for names that come from files.
std::string printable(std::string_view text);

// "64 KiB", "1.5 GiB", "100 bytes": rounded down to one digit behind the point.
std::string size_text(uint64_t bytes);

// "a, b and c".
std::string joined(const std::vector<std::string>& parts, std::string_view last = " and ");

} // namespace brig
