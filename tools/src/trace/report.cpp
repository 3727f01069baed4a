// SPDX-License-Identifier: Apache-2.0
#include "trace/summary.hpp"

#include "util/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace brig::trace {

namespace {

std::string cells_text(const Recording& recording, const CpuSummary& cpu) {
    std::vector<std::string> names;
    for (uint32_t id : cpu.cells)
        names.push_back(printable(recording.cell_name(id)));
    return joined(names, ", ");
}

std::string place_text(const Recording& recording, const ReasonSummary& reason) {
    std::string place = recording.symbol(reason.pc);
    if (place.empty())
        place = fmt::format("{:#x}", reason.pc);
    return reason.pc_share > 0.995 ? place
                                   : fmt::format("{} ({:.0f} %)", place, reason.pc_share * 100);
}

std::string row_text(const Recording& recording, const ReasonSummary& reason) {
    return fmt::format(
        "  {:<34}{:>9}{:>10.1f}{:>6.1f} %{:>10}{:>10}{:>10}  {}\n", reason.reason, reason.count,
        reason.rate, reason.share * 100, reason.count < 2 ? "-" : time_text(reason.longest_gap),
        reason.inside > 0 ? time_text(reason.inside / static_cast<double>(reason.count)) : "-",
        reason.inside > 0 ? time_text(reason.longest) : "-", place_text(recording, reason));
}

std::string rest_text(const Summary& summary, size_t rows) {
    uint64_t count = 0;
    for (size_t i = rows; i < summary.reasons.size(); i++)
        count += summary.reasons[i].count;
    return fmt::format("  {:<34}{:>9}{:>10}{:>6.1f} %\n",
                       fmt::format("{} more", summary.reasons.size() - rows), count, "",
                       100.0 * static_cast<double>(count) / static_cast<double>(summary.exits));
}

// `cpus`: how many share the time.
std::string totals_text(const Summary& summary, size_t cpus) {
    const double time = summary.seconds * static_cast<double>(cpus);
    return fmt::format("{} exits in {}, {:.2f} % of the time in them", summary.exits,
                       time_text(summary.seconds), time > 0 ? summary.inside / time * 100 : 0);
}

std::string rows_text(const Recording& recording, const Summary& summary, size_t rows) {
    std::string out;
    for (size_t i = 0; i < summary.reasons.size() && (rows == 0 || i < rows); i++)
        out += row_text(recording, summary.reasons[i]);
    if (rows != 0 && summary.reasons.size() > rows)
        out += rest_text(summary, rows);
    return out;
}

std::string heading_text() {
    return fmt::format("  {:<34}{:>9}{:>10}{:>8}{:>10}{:>10}{:>10}  {}\n", "reason", "count",
                       "per s", "share", "max gap", "mean", "longest", "mostly at");
}

constexpr const char* nothing_recorded = "No exits have been recorded.\n";

nlohmann::ordered_json cell_json(const Recording& recording, uint32_t id) {
    return {{"id", id}, {"name", recording.cell_name(id)}};
}

nlohmann::ordered_json reason_json(const Recording& recording, const ReasonSummary& reason) {
    return {{"reason", reason.reason},
            {"kind", kind_name(reason.kind)},
            {"count", reason.count},
            {"rate", reason.rate},
            {"share", reason.share},
            {"longest_gap", reason.longest_gap},
            {"inside", reason.inside},
            {"longest", reason.longest},
            {"pc", reason.pc},
            {"pc_share", reason.pc_share},
            {"symbol", recording.symbol(reason.pc)}};
}

} // namespace

std::string time_text(double seconds) {
    struct Unit {
        double size;
        const char* name;
    };
    constexpr Unit units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}};
    for (const Unit& unit : units)
        if (seconds >= unit.size)
            return fmt::format("{:.3g} {}", std::min(seconds / unit.size, 1e9), unit.name);
    return fmt::format("{:.0f} ns", seconds * 1e9);
}

std::string report_text(const Recording& recording, const std::vector<CpuSummary>& cpus,
                        size_t rows) {
    if (cpus.empty())
        return nothing_recorded;
    std::string out = heading_text();
    for (const auto& cpu : cpus) {
        out += fmt::format("CPU {} ({}): {}", cpu.cpu, cells_text(recording, cpu),
                           totals_text(cpu, 1));
        if (cpu.lost != 0)
            out += fmt::format("; {} more were overwritten before they were read", cpu.lost);
        out += "\n" + rows_text(recording, cpu, rows);
    }
    return out;
}

std::string report_text(const Recording& recording, const std::vector<CellSummary>& cells,
                        size_t rows) {
    if (cells.empty())
        return nothing_recorded;
    std::string out = heading_text();
    for (const auto& cell : cells)
        out += fmt::format("{} (CPU {}): {}\n", printable(recording.cell_name(cell.cell)),
                           fmt::join(cell.cpus, ", "), totals_text(cell, cell.cpus.size())) +
               rows_text(recording, cell, rows);
    return out;
}

nlohmann::ordered_json report_json(const Recording& recording, const std::vector<CpuSummary>& cpus,
                                   const std::vector<CellSummary>& cells) {
    using Json = nlohmann::ordered_json;
    const auto common = [&](Json json, const Summary& summary) {
        json["exits"] = summary.exits;
        json["seconds"] = summary.seconds;
        json["inside"] = summary.inside;
        json["reasons"] = Json::array();
        for (const auto& reason : summary.reasons)
            json["reasons"].push_back(reason_json(recording, reason));
        return json;
    };
    Json by_cpu = Json::array(), by_cell = Json::array();
    for (const auto& cpu : cpus) {
        Json ids = Json::array();
        for (uint32_t id : cpu.cells)
            ids.push_back(cell_json(recording, id));
        by_cpu.push_back(
            common({{"cpu", cpu.cpu}, {"cells", ids}, {"overwritten", cpu.lost}}, cpu));
    }
    for (const auto& cell : cells) {
        Json json = cell_json(recording, cell.cell);
        json["cpus"] = cell.cpus;
        by_cell.push_back(common(json, cell));
    }
    return {{"frequency", recording.frequency}, {"cpus", by_cpu}, {"cells", by_cell}};
}

} // namespace brig::trace
