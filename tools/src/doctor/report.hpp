// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/check.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace brig::doctor {

struct Tally {
    size_t passed = 0, warnings = 0, failed = 0;
};

Tally count(const std::vector<Line>& lines);

// A line each, remedies below, and the sum.
std::string report(const std::vector<Line>& lines);
nlohmann::ordered_json report_json(const std::vector<Line>& lines);

// One line of the report, with its remedy.
std::string line_text(const Line& line);

// The table of docs/doctor.md: id, what it looks at, what `brig enable` does.
std::string check_table();

} // namespace brig::doctor
