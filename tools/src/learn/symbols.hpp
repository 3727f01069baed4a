// SPDX-License-Identifier: Apache-2.0
// Names of kernel addresses, from /proc/kallsyms.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace brig::learn {

using Symbols = std::map<uint64_t, std::string>; // "pl061_probe+0x44 [gpio_pl061]"

// Those of the addresses that lie in a function of the list. Nothing when the file cannot be read,
// or hides its addresses.
Symbols find_symbols(const std::filesystem::path& kallsyms, const std::set<uint64_t>& addresses);

} // namespace brig::learn
