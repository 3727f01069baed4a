// SPDX-License-Identifier: Apache-2.0
// A file of the driver in sysfs: reading and writing it, and what to do when that fails.
#pragma once

#include "util/file.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace brig::device {

// What an error number of the driver means for one file.
struct Remedy {
    int error; // errno
    const char* text;
};

struct Attribute {
    std::filesystem::path path;
    const char* feature;              // what a driver without this file is too old for
    std::span<const Remedy> remedies; // beside those that every file has
};

// ": TEXT", for the end of a message; empty when nothing is known.
std::string remedy(const Attribute& attribute, int error);

// Both throw Error, with the remedy.
void write_attribute(const Attribute& attribute, std::string_view word);
Bytes read_attribute(const Attribute& attribute);

// Empty when it cannot be read.
std::string first_line(const std::filesystem::path& path);

} // namespace brig::device
