// SPDX-License-Identifier: Apache-2.0
#include "device/sysfs.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace brig::device {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> read_line(const fs::path& path) {
    std::ifstream in(path);
    std::string line;
    if (!in)
        return {};
    std::getline(in, line);
    return line;
}

Counters read_counters(const fs::path& directory) {
    Counters counters;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        std::string name = entry.path().filename();
        if (name.rfind("vmexits_", 0) != 0)
            continue;
        auto line = read_line(entry.path());
        auto value = line ? parse_number(*line) : std::nullopt;
        if (!value)
            fail("reading stats: {}: {}", entry.path().string(),
                 line ? "it is no number" : "the cell may have been destroyed");
        counters[name] = *value;
    }
    if (error)
        fail("reading stats: {}: {}", directory.string(), error.message());
    return counters;
}

} // namespace

std::vector<CellInfo> list_cells(const fs::path& sysfs) {
    std::vector<CellInfo> cells;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(sysfs / "cells", error)) {
        const fs::path& dir = entry.path();
        auto name = read_line(dir / "name");
        if (!name) // destroyed while we look
            continue;
        cells.push_back({dir.filename(), *name, read_line(dir / "state").value_or("?"),
                         read_line(dir / "cpus_assigned_list").value_or("?"),
                         read_line(dir / "cpus_failed_list").value_or("?")});
    }
    std::sort(cells.begin(), cells.end(),
              [](const CellInfo& a, const CellInfo& b) { return a.id < b.id; });
    return cells;
}

CellInfo find_cell(const fs::path& sysfs, const CellRef& cell) {
    std::vector<CellInfo> cells = list_cells(sysfs);
    for (const auto& candidate : cells)
        if (cell.id >= 0 ? candidate.id == fmt::format("{}", cell.id) : candidate.name == cell.name)
            return candidate;
    if (cells.empty())
        fail("reading stats: {}: there are no cells: Brig is not enabled", cell.text());
    fail("reading stats: {}: {}: `brig cell list` shows the cells there are", cell.text(),
         std::strerror(ENOENT));
}

CellStatistics read_statistics(const fs::path& sysfs, const CellInfo& cell) {
    fs::path directory = sysfs / "cells" / cell.id / "statistics";
    CellStatistics statistics;
    statistics.total = read_counters(directory);
    if (statistics.total.empty())
        fail("reading stats: {}: it has no counters: this hypervisor was built without them",
             directory.string());
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        std::string name = entry.path().filename();
        auto cpu = name.rfind("cpu", 0) == 0 ? parse_number(name.substr(3)) : std::nullopt;
        if (cpu)
            statistics.cpus[static_cast<unsigned>(*cpu)] = read_counters(entry.path());
    }
    return statistics;
}

} // namespace brig::device
