// SPDX-License-Identifier: Apache-2.0
// What the driver tells in sysfs.
#pragma once

#include "device/device.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace brig::device {

struct CellInfo {
    std::string id; // as the directory is called
    std::string name;
    std::string state;
    std::string cpus;        // "0,2-3", empty: none
    std::string failed_cpus; // the same
};

// All cells below SYSFS/cells, sorted by id as text; none when the directory does not exist.
std::vector<CellInfo> list_cells(const std::filesystem::path& sysfs);

using Counters = std::map<std::string, uint64_t>;

struct CellStatistics {
    Counters total;
    std::map<unsigned, Counters> cpus;
};

// Throws Error ("reading stats: ...") when there is no such cell, or when it went away meanwhile.
CellInfo find_cell(const std::filesystem::path& sysfs, const CellRef& cell);
CellStatistics read_statistics(const std::filesystem::path& sysfs, const CellInfo& cell);

} // namespace brig::device
