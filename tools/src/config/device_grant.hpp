// SPDX-License-Identifier: Apache-2.0
// What a cell gets when it is given a device of the board's tree.
#pragma once

#include "config/board_view.hpp"
#include "config/model.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace brig::config {

struct GrantRequest {
    std::string where; // node of the partition file
    const board::Device* device = nullptr;
    std::optional<uint64_t> guest;                  // of the first register block given
    std::optional<std::vector<uint32_t>> registers; // indices into the device's; empty: all
    std::optional<std::vector<uint32_t>> interrupts;
    uint64_t flags = 0; // BRIG_MEM_*, in place of the usual ones where they say something
    // Nodes of the IOMMUs that the hypervisor drives.
    std::set<const board::Node*> iommus;
};

struct Grant {
    GivenDevice device;
    std::vector<MemoryRegion> regions;
    std::vector<uint32_t> stream_ids;
    std::vector<std::pair<std::string, std::string>> errors; // property, text
};

Grant grant(const BoardView& board, const GrantRequest& request);

// A range of registers cut into what can be mapped, grown to whole pages, and what shares its page
// with registers of devices other than `own`.
struct RegisterPiece {
    Range range;
    std::vector<const board::Node*> neighbours; // empty: mapped
};
std::vector<RegisterPiece> register_pieces(const BoardView& board, const Range& registers,
                                           const std::vector<const board::Device*>& own);

} // namespace brig::config
