// SPDX-License-Identifier: Apache-2.0
// Files of the revisions before 14, as far as their layout is known (docs/partition.md).
#pragma once

#include "util/file.hpp"

#include <cstdint>
#include <string>

namespace brig::config {

struct Upgraded {
    Bytes content;         // as revision 14
    uint16_t revision = 0; // what the file said
};

// A file of revision 12 or 13 with its fields where revision 14 has them; any other file as it is
// (the parsers say what is wrong with it). Throws Error for another old revision, and when the
// content does not fit the layout exactly, since a wrong guess would be worse than none.
Upgraded upgrade(const Bytes& content, const std::string& name);

} // namespace brig::config
