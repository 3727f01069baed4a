// SPDX-License-Identifier: Apache-2.0
#include "util/file.hpp"

#include "util/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace brig {

namespace fs = std::filesystem;

Bytes read_file(const fs::path& path, std::string_view what) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        fail("reading the {} {}: it is a directory", what, path.string());
    std::ifstream in(path, std::ios::binary);
    if (!in)
        fail("opening the {} {}: {}", what, path.string(), std::strerror(errno));
    Bytes content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad())
        fail("reading the {} {}: {}", what, path.string(), std::strerror(errno));
    return content;
}

namespace {

void write_one(const fs::path& path, const Bytes& content) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    for (uint8_t byte : content)
        out.put(static_cast<char>(byte));
    out.close();
    if (!out)
        fail("writing {}: {}", path.string(), std::strerror(errno));
}

} // namespace

void write_files(const fs::path& directory, const std::vector<OutputFile>& files) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error)
        fail("creating the directory {}: {}", directory.string(), error.message());

    std::vector<fs::path> temporary;
    try {
        for (const auto& file : files) {
            temporary.push_back(directory / (file.name + ".tmp"));
            write_one(temporary.back(), file.content);
        }
        for (size_t i = 0; i < files.size(); i++)
            fs::rename(temporary[i], directory / files[i].name);
    } catch (const fs::filesystem_error& failure) {
        for (const auto& path : temporary)
            fs::remove(path, error);
        fail("writing to {}: {}", directory.string(), failure.what());
    } catch (...) {
        for (const auto& path : temporary)
            fs::remove(path, error);
        throw;
    }
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    write_files(path.has_parent_path() ? path.parent_path() : ".",
                {{path.filename().string(), Bytes(content.begin(), content.end())}});
}

TemporaryDirectory::TemporaryDirectory() {
    std::error_code error;
    fs::path base = fs::temp_directory_path(error);
    if (error)
        base = "/tmp";
    std::string name = (base / "brig-XXXXXX").string();
    if (!mkdtemp(name.data()))
        fail("creating a temporary directory in {}: {}", base.string(), std::strerror(errno));
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

} // namespace brig
