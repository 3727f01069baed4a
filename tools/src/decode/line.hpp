// SPDX-License-Identifier: Apache-2.0
// One line of a log, with what loggers put in front of it taken off.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brig::decode {

struct Line {
    size_t number = 0;          // in the input, from 1
    std::string text;           // cleaned, without time stamp and prefixes
    std::optional<double> time; // seconds
    std::string caller;         // "T123", "C4" of CONFIG_PRINTK_CALLER
    bool unfinished = false;    // another message begins in the middle of it
};

// The messages in a raw line: more than one when a message with a time stamp begins inside another.
std::vector<Line> read_line(std::string_view raw, size_t number);

} // namespace brig::decode
