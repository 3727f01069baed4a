// SPDX-License-Identifier: Apache-2.0
// Boot stages in words, and what they say of a run.
#pragma once

#include "evidence/run.hpp"

#include <string>
#include <string_view>

namespace brig::evidence {

struct StageWords {
    std::string_view name; // for programs
    std::string_view text; // what the CPU is doing there
    bool waits;            // for other CPUs
};

// Of an unknown number too.
StageWords stage_words(uint32_t stage);

// How far the takeover came, in a sentence: which CPU did what last, if it did not end.
std::string verdict(const Run& run);

} // namespace brig::evidence
