// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/partition.hpp"

#include <filesystem>
#include <string>

namespace brig::config {

struct CompileOptions {
    DtcOptions dtc;
    // The board's tree; empty: what the file's `board-tree` names, beside the file or in one of the
    // include directories.
    std::filesystem::path board;
};

struct Compiled {
    std::vector<OutputFile> files; // empty when there are errors
    Findings findings;
    std::string dependencies; // source files, blank separated
    Partition partition;      // complete when there are no errors
};

// The model of a partition file, with what its board tree lets derive; its findings are those of
// the language. `dependencies`, if given, becomes the list of source files. Throws Error when the
// sources cannot be read at all.
Partition load_partition(const std::filesystem::path& file, const CompileOptions& options,
                         std::string* dependencies = nullptr);

// What the language and all checks find in a loaded partition; what its `accept` covers is marked.
Findings check_partition(const Partition& partition);

// Partition file to configuration files, overlay and, with a board tree, merged tree, command line
// and report; in memory. Throws Error when the sources cannot be read at all.
Compiled compile(const std::filesystem::path& file, const CompileOptions& options);

} // namespace brig::config
