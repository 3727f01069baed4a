// SPDX-License-Identifier: Apache-2.0
// A board's tree by address and by interrupt: what is there, and what it is called.
#pragma once

#include "board/iomem.hpp"
#include "board/tree.hpp"
#include "util/range.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brig::board {

struct NamedRange {
    Range range;
    std::string name;
};

struct NamedDevice {
    std::string name;                 // label, alias or path
    std::vector<Range> registers;     // windows of a PCI host included
    std::vector<unsigned> interrupts; // INTIDs
    bool enabled = true;
};

// All of it may be empty.
struct Names {
    std::string model;
    std::vector<Range> ram;
    std::vector<NamedRange> reserved;
    std::vector<NamedDevice> devices; // without the interrupt controller
    std::vector<std::string> cores;   // by Linux's CPU number

    // Names of devices that have registers inside the range; those that are not disabled.
    std::vector<std::string> devices_in(const Range& range) const;
    std::vector<std::string> devices_with(unsigned intid) const;
};

Names read_names(const Tree& tree, const std::optional<Iomem>& iomem = {});

} // namespace brig::board
