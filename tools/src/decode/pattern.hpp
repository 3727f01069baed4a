// SPDX-License-Identifier: Apache-2.0
// What the knowledge looks for in text: literal words, compared folded (see repair.hpp), with
//   *       anything
//   {name}  one word, remembered by that name
// A pattern is found anywhere in the text; one for whole names (symbols) has to fit from end to
// end.
#pragma once

#include "decode/repair.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace brig::decode {

using Captures = std::map<std::string, std::string>;

class Pattern {
public:
    Pattern() = default;
    // Throws Error for an unclosed brace or a pattern without any literal character.
    explicit Pattern(const std::string& source);

    const std::string& source() const { return source_; }
    // `captures` may be null; it is only added to when the pattern is found.
    bool find(std::string_view text, Captures* captures = nullptr) const;
    bool find(std::string_view text, const Folded& folded, Captures* captures = nullptr) const;
    // The whole text.
    bool fits(std::string_view text) const;

private:
    struct Piece {
        std::string gap; // in front of the literal: "" none, "*" anything, else a capture's name
        std::string literal; // folded; empty only in the last piece
    };
    std::string source_;
    std::vector<Piece> pieces_;

    bool find_from(std::string_view text, const Folded& folded, size_t start,
                   Captures* captures) const;
};

} // namespace brig::decode
