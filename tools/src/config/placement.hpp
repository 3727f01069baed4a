// SPDX-License-Identifier: Apache-2.0
// Where memory goes that a partition file asks for by size. docs/partition.md says the rules.
#pragma once

#include "util/range.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace brig::config {

// Start addresses are multiples of this: 2 MiB, so that stage 2 can use blocks, for all that fills
// one; less for small pieces, which then share a block.
uint64_t placement_alignment(uint64_t size);

class Placement {
public:
    // `banks` are those of the board; `free` what may be used of them. `pools` are places set
    // aside for cells: when there are any, cells go there and nowhere else.
    Placement(std::vector<Range> banks, std::vector<Range> free, std::vector<Range> pools);

    // Takes a place out of what is free, from the top down. Empty when no bank has room.
    std::optional<Range> place(uint64_t size, bool for_cell);

    // The largest piece that place() could still give.
    uint64_t largest(bool for_cell) const;

private:
    std::vector<Range> general_; // what to use, best first
    std::vector<Range> pools_;
    bool has_pools_;
};

} // namespace brig::config
