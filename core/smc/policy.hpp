// SPDX-License-Identifier: Apache-2.0
// Which firmware calls a cell may make. The table of the board says it; what no rule names is
// denied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace brig {

enum class SmcAction : uint8_t {
    forward, // to the firmware, x0-x17 in and out
    deny,    // answer NOT_SUPPORTED (-1)
};

enum class SmcCaller : uint8_t { root, any };

/// One line of a board's policy: function ids first..last, and why.
struct SmcRule {
    uint32_t first;
    uint32_t last;
    SmcAction action;
    SmcCaller caller;
    const char* reason;
};

/// Rules are sorted by id and do not overlap, so that each id has one answer.
template <size_t N>
consteval bool is_valid_policy(const std::array<SmcRule, N>& rules) {
    for (size_t i = 0; i < N; i++)
        if (rules[i].first > rules[i].last || (i > 0 && rules[i].first <= rules[i - 1].last))
            return false;
    return true;
}

/// Whether a rule names the id: then learn mode has nothing to learn.
template <size_t N>
constexpr bool is_listed(const std::array<SmcRule, N>& rules, uint32_t function) {
    for (const SmcRule& rule : rules)
        if (function >= rule.first && function <= rule.last)
            return true;
    return false;
}

/// The decision for one call. `is_root`: the caller is the root cell.
template <size_t N>
constexpr SmcAction decide_smc(const std::array<SmcRule, N>& rules, uint32_t function,
                               bool is_root) {
    for (const SmcRule& rule : rules)
        if (function >= rule.first && function <= rule.last)
            return is_root || rule.caller == SmcCaller::any ? rule.action : SmcAction::deny;
    return SmcAction::deny;
}

} // namespace brig
