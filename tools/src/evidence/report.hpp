// SPDX-License-Identifier: Apache-2.0
// A run in words and as JSON.
#pragma once

#include "evidence/run.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace brig::evidence {

// "[    0.001234][   C1] text\n", as Linux's log has it: seconds since the beginning of the run.
std::string line_text(const Run& run, const LogLine& line);

// All of it, but for the last exits unless they are asked for. Crash records have the form of the
// dump on the console.
std::string report_text(const Run& run, bool with_exits = false);

nlohmann::ordered_json report_json(const Run& run);

} // namespace brig::evidence
