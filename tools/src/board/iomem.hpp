// SPDX-License-Identifier: Apache-2.0
// A copy of /proc/iomem of the running board: the RAM as the boot loader handed it over.
#pragma once

#include "util/range.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brig::board {

struct IomemEntry {
    Range range;
    std::string name;
    unsigned level = 0; // 0: outermost
};

struct Iomem {
    std::vector<IomemEntry> entries;

    // All RAM, also what Linux was asked to leave alone.
    std::vector<Range> ram() const;
    // Outermost and nested "reserved" ranges.
    std::vector<Range> reserved() const;
};

// Throws Error with line number; also when all addresses are zero, which is what a user without
// the right to see them gets.
Iomem parse_iomem(std::string_view text, const std::string& name);
Iomem load_iomem(const std::filesystem::path& file);

} // namespace brig::board
