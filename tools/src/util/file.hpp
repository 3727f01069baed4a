// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace brig {

using Bytes = std::vector<uint8_t>;

// Reads a whole file. `what` names its role in the error text ("system configuration").
// Throws Error.
Bytes read_file(const std::filesystem::path& path, std::string_view what);

struct OutputFile {
    std::string name; // inside the directory
    Bytes content;
};

// Writes all files into `directory` (created when missing), or none: each goes to a temporary name
// first and all are renamed at the end. Throws Error.
void write_files(const std::filesystem::path& directory, const std::vector<OutputFile>& files);

// One file, whole or not at all; its directory is created when missing. Throws Error.
void write_file(const std::filesystem::path& path, std::string_view content);

// A directory for temporary files, removed with its content at the end of the object's life.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace brig
