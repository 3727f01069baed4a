// SPDX-License-Identifier: Apache-2.0
// Names of Linux's functions, from System.map or /proc/kallsyms.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace brig::decode {

class SymbolTable {
public:
    // `what` names the file's role in the error text. Throws Error when it cannot be read, has no
    // symbols, or hides the addresses.
    static SymbolTable load(const std::filesystem::path& file, const std::string& what);

    bool empty() const { return functions_.empty(); }
    // "pl061_probe+0x44 [gpio_pl061]"; empty when no function is near below.
    std::string symbol(uint64_t address) const;
    // Start of the function or of a mark like _text.
    std::optional<uint64_t> address_of(const std::string& name) const;
    // Is the address between _text and _etext?
    bool in_text(uint64_t address) const;

private:
    std::map<uint64_t, std::string> functions_; // with " [module]"
    std::map<std::string, uint64_t> starts_;
};

} // namespace brig::decode
