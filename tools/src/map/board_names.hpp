// SPDX-License-Identifier: Apache-2.0
// What a map takes from a board's device tree; all of it may be empty.
#pragma once

#include "util/range.hpp"

#include <string>
#include <vector>

namespace brig::map {

struct NamedRange {
    Range range;
    std::string name;
};

struct NamedDevice {
    std::string name;
    std::vector<Range> registers;
    std::vector<unsigned> interrupts; // INTIDs
    bool enabled = true;
};

struct BoardNames {
    std::string model;
    std::vector<Range> ram;
    std::vector<NamedRange> reserved;
    std::vector<NamedDevice> devices;
    std::vector<std::string> cores; // by Linux's CPU number
};

} // namespace brig::map
