// SPDX-License-Identifier: Apache-2.0
// Reading console text that is damaged: by OCR of a photo, by a noisy line, by being passed on as
// HTML. All tolerance is here; the rest of the decoder compares folded text and asks for numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brig::decode {

// A line without carriage returns, escape sequences, HTML entities and tags that OCR tools add;
// control characters and bytes that are no ASCII become blanks (a multiplication sign becomes x).
// Cut at 4096 characters.
std::string clean_line(std::string_view raw);

// Text for comparison: letters that OCR confuses (o 0, l i | 1, q g) are one, letter case is gone,
// and each run of blanks and underscores is one blank.
struct Folded {
    std::string text;
    std::vector<size_t> at; // for each character its place in the original
};
Folded fold(std::string_view text);

// A hexadecimal number of up to 16 digits with O, l, |, S, q and × read as the digits they are
// mistaken for; 0x in front and punctuation behind are allowed. A run of equal leading digits that
// is one or two too long is shortened. Empty when it is none.
std::optional<uint64_t> read_hex(std::string_view word);

// A decimal number with the same tolerance.
std::optional<uint64_t> read_decimal(std::string_view word);

// What looks like "name+0x10/0x20", with blanks of a damaged underscore inside the name put right;
// "? ", "[<address>] " in front are left out. Empty when it is none.
std::string read_symbol(std::string_view text);

} // namespace brig::decode
