// SPDX-License-Identifier: Apache-2.0
// Small files of /proc and /sys. What is not there reads as empty: many of them are optional.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace brig::doctor {

std::string text_of(const std::filesystem::path& file);
std::string first_line(const std::filesystem::path& file);
// The entries of a directory, sorted.
std::vector<std::filesystem::path> entries(const std::filesystem::path& directory);
// Content of a .gz file, through gzip; empty when that does not work.
std::string unzipped(const std::filesystem::path& file);

std::vector<std::string> words(std::string_view text);
// "0,2-3" as the kernel prints CPU lists; stops at what is none.
std::set<unsigned> parse_list(std::string_view text);
// CONFIG_X to its value, without those that are not set.
std::map<std::string, std::string> parse_kernel_config(std::string_view text);

// NAME.ko for the release, or any below `modules`; empty when there is none.
std::filesystem::path find_module(const std::filesystem::path& modules, const std::string& release,
                                  const std::string& name);

} // namespace brig::doctor
