// SPDX-License-Identifier: Apache-2.0
// Who has what: the outcome of a compilation, for people and for programs.
#pragma once

#include "config/partition.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::config {

// The words that the kernel's command line needs so that Linux leaves EL2 to the hypervisor.
std::string kernel_arguments(const BoardView& board);

// Both need a completed partition with a board. `file` is the partition file's name; the findings
// are all of them.
std::string report_text(const Partition& partition, const Findings& findings,
                        const std::string& file);
nlohmann::ordered_json report_json(const Partition& partition, const Findings& findings,
                                   const std::string& file);

// The owners of all RAM of the board, in order of addresses.
struct MemoryOwner {
    Range range;
    std::string owner; // "root", "hypervisor", "cell one", "/reserved-memory/optee@8400000"
};
std::vector<MemoryOwner> memory_owners(const Partition& partition);

} // namespace brig::config
