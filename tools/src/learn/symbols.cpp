// SPDX-License-Identifier: Apache-2.0
#include "learn/symbols.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace brig::learn {

Symbols find_symbols(const std::filesystem::path& kallsyms, const std::set<uint64_t>& addresses) {
    constexpr uint64_t longest = 1 << 20; // no function is that long: it is not in this kernel
    struct Best {
        uint64_t start = 0;
        std::string name;
    };
    std::map<uint64_t, Best> best;
    std::ifstream in(kallsyms);
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        uint64_t start = 0;
        std::string type, name, module;
        if (!(words >> std::hex >> start >> type >> name) || start == 0 ||
            type.find_first_of("tTwW") == std::string::npos)
            continue;
        words >> module;
        for (auto at = addresses.lower_bound(start); at != addresses.end() && *at - start < longest;
             ++at)
            if (start > best[*at].start)
                best[*at] = {start, module.empty() ? name : name + ' ' + module};
    }
    Symbols symbols;
    for (const auto& [address, found] : best) {
        const size_t space = found.name.find(' ');
        symbols[address] =
            fmt::format("{}+{:#x}{}", found.name.substr(0, space), address - found.start,
                        space == std::string::npos ? "" : found.name.substr(space));
    }
    return symbols;
}

} // namespace brig::learn
