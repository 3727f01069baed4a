// SPDX-License-Identifier: Apache-2.0
// The partition language: device-tree source to the model. docs/partition.md is its reference.
#pragma once

#include "config/finding.hpp"
#include "config/model.hpp"
#include "util/file.hpp"

#include <filesystem>
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

// Compiles device-tree source with dtc; a file that is a blob already is taken as it is. Throws
// Error with dtc's own message.
DeviceTree load_device_tree(const std::filesystem::path& file, const DtcOptions& options);

struct Partition {
    Configuration configuration;
    std::vector<std::string> file_names; // of the cells' files, without ".cell"
    std::vector<Range> reserved;         // root memory marked `reserved`
    Findings findings;                   // faults of the language; the rest is check()'s business
};

// Reads a partition blob. Throws Error when the blob itself is damaged; everything else that is
// wrong becomes a finding, and then the model is incomplete.
Partition read_partition(const Bytes& blob);

} // namespace brig::config
