// SPDX-License-Identifier: Apache-2.0
#include "decode/pattern.hpp"

#include "util/error.hpp"

#include <algorithm>

namespace brig::decode {

namespace {

// Folded characters that a captured word may have: to a blank, comma or quote.
size_t word_end(std::string_view text, const Folded& folded, size_t at) {
    constexpr std::string_view ends = " \t,;\"'()<>";
    while (at < folded.at.size() && ends.find(text[folded.at[at]]) == ends.npos)
        at++;
    return at;
}

std::string original(std::string_view text, const Folded& folded, size_t from, size_t to) {
    if (from >= to)
        return {};
    return std::string(text.substr(folded.at[from], folded.at[to - 1] + 1 - folded.at[from]));
}

} // namespace

Pattern::Pattern(const std::string& source) : source_(source) {
    Piece piece;
    std::string literal;
    auto close = [&] {
        piece.literal = fold(literal).text;
        if (!piece.gap.empty() && (literal.starts_with(' ') || literal.starts_with('_')))
            piece.literal.insert(0, " ");
        if (!piece.gap.empty() || !piece.literal.empty())
            pieces_.push_back(piece);
        piece = {};
        literal.clear();
    };
    for (size_t i = 0; i < source.size(); i++) {
        if (source[i] != '*' && source[i] != '{') {
            literal += source[i];
            continue;
        }
        close();
        piece.gap = "*";
        if (source[i] == '{') {
            const size_t end = source.find('}', i);
            if (end == source.npos || end == i + 1)
                fail("pattern `{}`: a brace without name or end", source);
            piece.gap = source.substr(i + 1, end - i - 1);
            i = end;
        }
    }
    close();
    if (std::none_of(pieces_.begin(), pieces_.end(), [](auto& p) { return !p.literal.empty(); }))
        fail("pattern `{}` has nothing to look for", source);
}

bool Pattern::find_from(std::string_view text, const Folded& folded, size_t start,
                        Captures* captures) const {
    Captures found;
    size_t at = start;
    for (const Piece& piece : pieces_) {
        size_t next = at;
        if (piece.gap.empty()) {
            next = start; // the first piece; find() has placed it
        } else if (piece.gap == "*") {
            next = piece.literal.empty() ? folded.text.size() : folded.text.find(piece.literal, at);
        } else {
            const size_t end = word_end(text, folded, at);
            next = piece.literal.empty() ? end : folded.text.find(piece.literal, at);
            if (next == std::string::npos || next > end)
                return false;
            found[piece.gap] = original(text, folded, at, next);
            if (found[piece.gap].empty())
                return false;
        }
        if (next == std::string::npos)
            return false;
        at = next + piece.literal.size();
    }
    if (captures != nullptr)
        for (auto& [name, value] : found)
            (*captures)[name] = value;
    return true;
}

bool Pattern::find(std::string_view text, const Folded& folded, Captures* captures) const {
    const Piece& first = pieces_.front();
    if (!first.gap.empty())
        return find_from(text, folded, 0, captures);
    for (size_t at = folded.text.find(first.literal); at != std::string::npos;
         at = folded.text.find(first.literal, at + 1))
        if (find_from(text, folded, at, captures))
            return true;
    return false;
}

bool Pattern::find(std::string_view text, Captures* captures) const {
    return find(text, fold(text), captures);
}

bool Pattern::fits(std::string_view text) const {
    const std::string whole = fold(text).text;
    size_t at = 0;
    for (size_t i = 0; i < pieces_.size(); i++) {
        const Piece& piece = pieces_[i];
        if (piece.literal.empty())
            return true; // a gap at the end
        const bool last = i + 1 == pieces_.size();
        size_t next = piece.gap.empty() ? at : whole.find(piece.literal, at);
        if (last && !piece.gap.empty() && whole.size() >= at + piece.literal.size())
            next = whole.size() - piece.literal.size();
        if (next == std::string::npos ||
            whole.compare(next, piece.literal.size(), piece.literal) != 0)
            return false;
        at = next + piece.literal.size();
    }
    return at == whole.size();
}

} // namespace brig::decode
