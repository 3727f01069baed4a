// SPDX-License-Identifier: Apache-2.0
// What `brig enable` asks the doctor.
#pragma once

#include "doctor/check.hpp"
#include "util/file.hpp"

#include <string>
#include <vector>

namespace brig::doctor {

// Prints the lines that failed, and throws Error if one of them stops enabling. Leaves it to the
// driver to refuse what is no configuration, and when it is not loaded or Brig is enabled.
void before_enable(const Bytes& config, const std::string& file, bool force);

enum class Decision { GoOn, Refuse, RefuseAlways };
Decision decide(const std::vector<Line>& lines, bool force);

} // namespace brig::doctor
