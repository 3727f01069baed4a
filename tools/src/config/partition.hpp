// SPDX-License-Identifier: Apache-2.0
// The partition language: device-tree source to the model. docs/partition.md is its reference.
#pragma once

#include "config/acceptance.hpp"
#include "config/board_view.hpp"
#include "config/finding.hpp"
#include "config/model.hpp"
#include "util/file.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace brig::config {

struct DtcOptions {
    std::string dtc = "dtc";
    std::vector<std::string> include_directories;
};

struct DeviceTree {
    Bytes blob;
    std::string dependencies; // the files it was made of, blank separated
};

// Compiles device-tree source with dtc; a file that is a blob already is taken as it is. `what`
// names its role in the error text; `labels` keeps them in the blob. Throws Error with dtc's own
// message.
DeviceTree load_device_tree(const std::filesystem::path& file, const DtcOptions& options,
                            std::string_view what = "partition file", bool labels = false);

// Memory that is asked for by size; the compiler chooses the place.
struct MemoryRequest {
    std::string where;
    size_t cell = 0;   // index in Configuration::cells
    size_t region = 0; // index in its regions
    uint64_t size = 0;
    bool guest_given = false; // else the guest address follows the place
};

struct Partition {
    Configuration configuration;
    std::vector<std::string> file_names; // of the cells' files, without ".cell"
    std::vector<Range> reserved;         // root memory marked `reserved`
    Findings findings;                   // faults of the language; the rest is check()'s business

    // With a board tree:
    std::shared_ptr<const BoardView> board; // null without one
    Acceptance acceptance;
    uint64_t hypervisor_size = 0; // to be placed; 0: it has an address
    std::vector<MemoryRequest> requests;
    std::vector<const board::Node*> iommus; // driven by the hypervisor
    const board::Node* console = nullptr;   // the hypervisor's, if it is in the tree
    size_t root_extras = 0; // regions of the root cell that the file states; they come first
};

// The property `board-tree` of a partition blob; empty when there is none.
std::string board_tree_of(const Bytes& blob);

// Reads a partition blob. Throws Error when the blob itself is damaged; everything else that is
// wrong becomes a finding, and then the model is incomplete. What the board tree leaves to be
// derived (places, the root cell) is complete().
Partition read_partition(const Bytes& blob, std::shared_ptr<BoardView> board = {});

// Places memory and derives the root cell. Only with a board tree, and if there are no errors yet.
void complete(Partition& partition);

} // namespace brig::config
