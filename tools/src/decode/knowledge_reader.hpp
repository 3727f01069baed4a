// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/knowledge.hpp"

namespace brig::decode {

// Entries of a knowledge file. Throws Error that names the place of a mistake: wrong TOML, a key
// that does not exist, a value of the wrong type, a field or pattern that cannot be.
std::vector<Entry> read_knowledge(std::string_view toml, const std::string& name);

} // namespace brig::decode
