// SPDX-License-Identifier: Apache-2.0
// The record in terms of the device tree: which devices and firmware users it is about.
#pragma once

#include "board/tree.hpp"
#include "learn/recording.hpp"
#include "util/range.hpp"

#include <string>
#include <vector>

namespace brig::learn {

// What one line of the partition file would give to the root cell.
struct Place {
    Range range;                    // whole pages
    bool memory = false;            // a `memory` node, else `device`
    std::vector<std::string> nodes; // paths; empty: no node of the tree is there
    std::string note;               // what to mind; may be empty
    brig_learn_region first;        // the first access
    uint64_t pages = 0;             // of those that were reached
};

// One line of the SMC policy.
struct Call {
    brig_learn_call call;
    std::string owner; // of the function id: "SiP", "Trusted OS", ...
    std::string node;  // that says it uses the id; may be empty
};

struct Findings {
    std::vector<Place> places; // by address
    std::vector<Call> calls;   // by id
};

// Without a tree (null) every page stands for itself.
Findings interpret(const Record& record, const board::Tree* tree);

} // namespace brig::learn
