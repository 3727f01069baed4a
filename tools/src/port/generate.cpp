// SPDX-License-Identifier: Apache-2.0
#include "port/generate.hpp"

#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace brig::port {

namespace fs = std::filesystem;
using namespace brig::board;

namespace {

Bytes bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

std::string kconfig_text(const std::string& name) {
    std::string symbol = name;
    for (char& c : symbol)
        c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return fmt::format("# SPDX-License-Identifier: Apache-2.0\n"
                       "config BOARD_{}\n    def_bool y\n",
                       symbol);
}

// A folder beside its final place, removed unless it got there.
class Aside {
public:
    explicit Aside(const fs::path& directory) {
        std::string pattern = (directory / ".brig-port-XXXXXX").string();
        if (!mkdtemp(pattern.data()))
            fail("making a folder in {}: no right to write there, or no room", directory.string());
        path_ = pattern;
    }
    ~Aside() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

} // namespace

void check_name(const std::string& name) {
    bool good = !name.empty() && name.size() <= 31 && name[0] >= 'a' && name[0] <= 'z' &&
                name.back() != '-' && name.find("--") == std::string::npos;
    for (char c : name)
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    if (!good)
        fail("naming the board `{}`: a name is at most 31 lower-case letters, digits and single "
             "dashes, beginning with a letter",
             name);
}

std::vector<OutputFile> generate(const Tree& tree, const Facts& facts, const std::string& name) {
    check_name(name);
    std::string reasons;
    for (const OpenPoint& point : facts.open_points)
        if (point.kind == OpenPoint::Kind::Blocks)
            reasons += "\n  " + point.text + " " + point.todo;
    if (!reasons.empty())
        fail("making a port for {}: Brig cannot run on it as the tree describes it:{}", tree.file(),
             reasons);
    return {{"board.hpp", bytes_of(record_text(facts, name))},
            {"Kconfig", bytes_of(kconfig_text(name))},
            {"defconfig", bytes_of(defconfig_text(facts))},
            {"board.dtb", tree.blob()},
            {"partition.dts", bytes_of(partition_text(tree, facts, name))},
            {"README.md", bytes_of(readme_text(tree, facts, name))}};
}

fs::path write_bsp(const fs::path& directory, const std::vector<OutputFile>& files,
                   const std::string& name) {
    std::error_code error;
    if (!fs::is_directory(directory, error))
        fail("writing the board to {}: there is no such folder. Run this in the top folder of "
             "Brig's tree, or name a folder with --output",
             directory.string());
    fs::path place = directory / name;
    if (fs::exists(fs::symlink_status(place, error)))
        fail("writing the board to {}: it exists already. Take another name, or remove it first",
             place.string());
    Aside aside(directory);
    write_files(aside.path() / name, files);
    fs::rename(aside.path() / name, place, error);
    if (error)
        fail("moving the board to {}: {}", place.string(), error.message());
    return place;
}

std::string summary(const Facts& facts, const fs::path& folder, const std::string& name) {
    auto missing = std::count_if(
        facts.open_points.begin(), facts.open_points.end(),
        [](const OpenPoint& point) { return point.kind == OpenPoint::Kind::Missing; });
    std::string text = fmt::format("Wrote {}. {} point(s) to confirm on the hardware are in its "
                                   "README.md.\n",
                                   folder.string(), facts.open_points.size());
    if (missing)
        text += fmt::format("{} of them is information that the tree does not have; its places are "
                            "marked \"{}\".\n",
                            missing, unfinished);
    if (fs::exists(folder.parent_path() / "../core/board/contract.hpp"))
        return text + fmt::format("Build it: make BOARD={}\n", name);
    return text + fmt::format("Build it: meson setup build/{0} --cross-file cross/aarch64.ini "
                              "-Dboard={0} -Dbsp_dir={1}\n",
                              name, fs::absolute(folder.parent_path()).string());
}

} // namespace brig::port
