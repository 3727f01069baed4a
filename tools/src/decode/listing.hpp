// SPDX-License-Identifier: Apache-2.0
// A disassembly as objdump -d prints it, even where its columns have come apart: the instruction
// words in their order count, addresses only say where they go on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace brig::decode {

class Listing {
public:
    // Throws Error when the file cannot be read or has no instruction.
    static Listing load(const std::filesystem::path& file);

    // Takes a line; false when it does not belong to a listing. A listing in the middle of a text
    // starts with a function's title, "address <name>:".
    bool feed(const std::string& line);

    bool empty() const { return words_.empty(); }
    const std::map<uint64_t, uint32_t>& words() const { return words_; }
    const std::map<uint64_t, std::string>& functions() const { return functions_; }
    std::optional<uint32_t> word(uint64_t address) const;
    // "its_allocate_entry+0x34"; empty when the address is in no function that the listing has.
    std::string symbol(uint64_t address) const;
    // The function whose start is at most `distance` bytes below, seen or not; empty: none.
    std::string near(uint64_t address, uint64_t distance) const;
    void add(const Listing& other);
    size_t first_line = 0; // where it began, for a report about it

private:
    std::map<uint64_t, uint32_t> words_;
    std::map<uint64_t, std::string> functions_;
    std::optional<uint64_t> next_; // address of the next word
    std::optional<uint64_t> said_; // by the last address that was read
    int64_t drift_ = 0;            // by which the last one differed
    bool active_ = false;
    unsigned idle_ = 0;

    bool take_title(const std::string& line);
    void settle_address(bool same_line);
};

} // namespace brig::decode
