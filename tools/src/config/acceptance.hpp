// SPDX-License-Identifier: Apache-2.0
// `accept` in a partition file: checks that are knowingly overruled, for the node that says so and
// everything below it.
#pragma once

#include "config/finding.hpp"
#include "config/partition_node.hpp"

#include <string>
#include <vector>

namespace brig::config {

class Acceptance {
public:
    // Reads the property; unknown words are faults.
    void read(Node& node);

    // Turns what is accepted into Severity::Accepted.
    void apply(Findings& findings) const;

    // Words that accept nothing become warnings: left behind, they would hide the next fault.
    void report_idle(Findings& findings) const;

private:
    struct Entry {
        std::string scope; // path of the node; empty: the whole file
        std::string word;
    };
    std::vector<Entry> entries_;
};

} // namespace brig::config
