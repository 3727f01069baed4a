// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/compile.hpp"

#include <string>
#include <vector>

namespace brig::test {

// A correct partition file: four CPUs, cells `one` and `two`.
std::string good_partition();

// `text` with the only occurrence of `from` replaced; it must be there.
std::string replaced(std::string text, const std::string& from, const std::string& to);

// Through dtc and everything behind it.
config::Compiled compile_text(const std::string& source);

// All findings, one a line.
std::string findings_of(const std::string& source);

// The content of the file of that name, which must exist.
Bytes file_of(const config::Compiled& compiled, const std::string& name);

// Does the only error contain all the parts? Prints the findings when not.
bool refused(const std::string& source, const std::vector<std::string>& parts);

} // namespace brig::test
