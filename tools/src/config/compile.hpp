// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/partition.hpp"

#include <filesystem>
#include <string>

namespace brig::config {

struct Compiled {
    std::vector<OutputFile> files; // empty when there are errors
    Findings findings;
    std::string dependencies; // source files, blank separated
};

// Partition file to configuration files and overlay, in memory. Throws Error when the source cannot
// be read at all.
Compiled compile(const std::filesystem::path& file, const DtcOptions& options);

} // namespace brig::config
