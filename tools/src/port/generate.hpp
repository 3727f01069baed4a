// SPDX-License-Identifier: Apache-2.0
// A board support package out of the facts.
#pragma once

#include "board/facts.hpp"
#include "util/file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace brig::port {

// Marks a place that somebody must fill in. The build does not compile a partition file with it.
inline constexpr std::string_view unfinished = "TO BE CONFIRMED";

// Throws Error unless `name` can be a folder, a Kconfig symbol and a C++ name.
void check_name(const std::string& name);

// All files of bsp/NAME/. Throws Error when Brig cannot run on the board, with all reasons.
std::vector<OutputFile> generate(const board::Tree& tree, const board::Facts& facts,
                                 const std::string& name);

// Single files of it.
std::string record_text(const board::Facts& facts, const std::string& name);
std::string defconfig_text(const board::Facts& facts);
std::string partition_text(const board::Tree& tree, const board::Facts& facts,
                           const std::string& name);
std::string readme_text(const board::Tree& tree, const board::Facts& facts,
                        const std::string& name);

// Makes `directory`/NAME with the files, or changes nothing. Returns its path. Throws Error, also
// when it exists.
std::filesystem::path write_bsp(const std::filesystem::path& directory,
                                const std::vector<OutputFile>& files, const std::string& name);

// What to tell the user afterwards.
std::string summary(const board::Facts& facts, const std::filesystem::path& folder,
                    const std::string& name);

} // namespace brig::port
