// SPDX-License-Identifier: Apache-2.0
// The parts of the cell commands that tests look at.
#pragma once

#include "device/sysfs.hpp"

#include <string>
#include <vector>

namespace brig::cli {

struct LoadRequest {
    device::CellRef cell;
    std::vector<device::Image> images;
};

// [--name] CELL { IMAGE | -s STRING } [-a ADDRESS] ... Reads the image files. Throws Error.
LoadRequest parse_load(const std::vector<std::string>& words);

std::string list_table(const std::vector<device::CellInfo>& cells);
std::string list_json(const std::vector<device::CellInfo>& cells);

// Rows COUNTER / SUM / PER SEC; `seconds` lie between the two samples.
std::string rates_table(const device::Counters& before, const device::Counters& now,
                        double seconds);
// Rows COUNTER / SUM and one column for each CPU.
std::string statistics_table(const device::CellStatistics& statistics);
std::string statistics_json(const device::CellInfo& cell, const device::CellStatistics& statistics);

} // namespace brig::cli
