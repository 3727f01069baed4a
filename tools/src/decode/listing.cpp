// SPDX-License-Identifier: Apache-2.0
#include "decode/listing.hpp"

#include "decode/repair.hpp"
#include "util/error.hpp"
#include "util/file.hpp"

#include <fmt/format.h>

#include <sstream>

namespace brig::decode {

namespace {

constexpr unsigned kPatience = 20; // lines of other text until a listing is over

bool is_hex_digits(std::string_view word, size_t least) {
    if (word.size() < least)
        return false;
    return word.find_first_not_of("0123456789abcdefABCDEF") == word.npos;
}

// "arm cpu  reset " of a name that was taken for HTML.
std::string joined_name(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::string name;
    for (std::string word; stream >> word;)
        name += (name.empty() ? "" : "_") + word;
    return name;
}

} // namespace

bool Listing::take_title(const std::string& line) {
    const size_t open = line.find('<');
    const size_t close = line.find('>', open);
    if (open == std::string::npos || close == std::string::npos ||
        line.compare(close + 1, 1, ":") != 0)
        return false;
    std::string address;
    std::istringstream(line.substr(0, open)) >> address;
    const std::string name = joined_name(line.substr(open + 1, close - open - 1));
    const auto value = read_hex(address);
    if (!is_hex_digits(address, 8) || !value || name.empty())
        return false;
    functions_[*value] = name;
    next_ = *value;
    said_.reset();
    active_ = true;
    idle_ = 0;
    return true;
}

// An address may stand before or after its word, or be misread once; when it is far away, or wrong
// by the same distance again in the same line as its word, words are missing or doubled.
void Listing::settle_address(bool same_line) {
    if (!said_)
        return;
    const int64_t drift = next_ ? static_cast<int64_t>(*said_ - *next_) : 0;
    const bool again = same_line && drift != 0 && drift == drift_;
    if (!next_ || drift > 8 || drift < -8 || again)
        next_ = said_;
    drift_ = same_line && !again ? drift : 0;
    said_.reset();
}

bool Listing::feed(const std::string& line) {
    if (take_title(line))
        return true;
    if (!active_)
        return false;
    bool mine = false;
    bool same_line = false;
    std::istringstream stream(line);
    for (std::string word; stream >> word;) {
        if (word.ends_with(':') &&
            is_hex_digits(std::string_view(word).substr(0, word.size() - 1), 8)) {
            if (!said_)
                said_ = read_hex(word);
            mine = same_line = true;
            continue;
        }
        if (word.size() != 8 || !is_hex_digits(word, 8))
            break; // the mnemonic: what follows are operands
        settle_address(same_line);
        if (next_) {
            words_[*next_] = static_cast<uint32_t>(*read_hex(word));
            *next_ += 4;
        }
        mine = true;
    }
    idle_ = mine ? 0 : idle_ + 1;
    active_ = idle_ < kPatience;
    return mine;
}

Listing Listing::load(const std::filesystem::path& file) {
    const Bytes content = read_file(file, "disassembly");
    std::istringstream stream(std::string(content.begin(), content.end()));
    Listing listing;
    for (std::string raw; std::getline(stream, raw);) {
        listing.active_ = true;
        listing.feed(clean_line(raw));
    }
    if (listing.empty())
        fail("reading disassembly {}: it has no instruction; it must be the output of objdump -d",
             file.string());
    return listing;
}

std::optional<uint32_t> Listing::word(uint64_t address) const {
    const auto found = words_.find(address);
    return found == words_.end() ? std::nullopt : std::optional(found->second);
}

std::string Listing::symbol(uint64_t address) const {
    const auto next = functions_.upper_bound(address);
    if (next == functions_.begin() || !words_.contains(address & ~3ull))
        return {};
    const auto& [start, name] = *std::prev(next);
    return fmt::format("{}+{:#x}", name, address - start);
}

std::string Listing::near(uint64_t address, uint64_t distance) const {
    const auto next = functions_.upper_bound(address);
    if (next == functions_.begin() || address - std::prev(next)->first > distance)
        return {};
    return std::prev(next)->second;
}

void Listing::add(const Listing& other) {
    words_.insert(other.words_.begin(), other.words_.end());
    functions_.insert(other.functions_.begin(), other.functions_.end());
}

} // namespace brig::decode
