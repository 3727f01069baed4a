// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace brig::board {

// What a core can do, from its technical reference manual. Empty: not known here; the ID registers
// of the running core tell.
struct Core {
    std::string_view name; // compatible without vendor
    std::optional<bool> aarch32_el1;
    std::optional<bool> vhe;
    std::optional<unsigned> pa_bits;
};

// An entry with nothing known for a name that is not in the table.
Core find_core(std::string_view name);

} // namespace brig::board
