// SPDX-License-Identifier: Apache-2.0
#include "decode/symbol_table.hpp"

#include "util/error.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace brig::decode {

namespace {

constexpr uint64_t kLongest = 1 << 20; // no function is that long: the address is elsewhere

} // namespace

SymbolTable SymbolTable::load(const std::filesystem::path& file, const std::string& what) {
    std::ifstream stream(file);
    if (!stream)
        fail("reading {} {}: {}", what, file.string(), std::strerror(errno));
    SymbolTable table;
    bool hidden = false;
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        uint64_t start = 0;
        std::string type, name, module;
        if (!(words >> std::hex >> start >> type >> name) || type.size() != 1)
            continue;
        hidden = hidden || start == 0;
        const bool mark = name == "_text" || name == "_stext" || name == "_etext" || name == "_end";
        const bool code = std::string("tTwW").find(type) != std::string::npos;
        if (start == 0 || !(code || mark) || name[0] == '$') // $x: marks of the assembler
            continue;
        words >> module;
        table.starts_.emplace(name, start);
        if (!mark)
            table.functions_.emplace(start, module.empty() ? name : name + ' ' + module);
    }
    if (table.empty() && hidden)
        fail("reading {} {}: all addresses are 0; copy it as root, with "
             "/proc/sys/kernel/kptr_restrict at 0 or 1",
             what, file.string());
    if (table.empty())
        fail("reading {} {}: it has no line like \"ffff800008000000 T name\"", what, file.string());
    return table;
}

std::string SymbolTable::symbol(uint64_t address) const {
    const auto next = functions_.upper_bound(address);
    if (next == functions_.begin())
        return {};
    const auto& [start, name] = *std::prev(next);
    if (address - start >= kLongest)
        return {};
    const size_t space = name.find(' ');
    std::ostringstream text;
    text << name.substr(0, space) << "+0x" << std::hex << address - start;
    if (space != std::string::npos)
        text << name.substr(space);
    return text.str();
}

std::optional<uint64_t> SymbolTable::address_of(const std::string& name) const {
    const auto found = starts_.find(name);
    return found == starts_.end() ? std::nullopt : std::optional(found->second);
}

bool SymbolTable::in_text(uint64_t address) const {
    auto start = address_of("_text");
    if (!start) // kallsyms need not have it
        start = address_of("_stext");
    const auto end = address_of("_etext");
    return start && end && *start <= address && address < *end;
}

} // namespace brig::decode
