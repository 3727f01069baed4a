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

std::string rest_text(const CpuSummary& cpu, size_t rows) {
    uint64_t count = 0;
    for (size_t i = rows; i < cpu.reasons.size(); i++)
        count += cpu.reasons[i].count;
    return fmt::format("  {:<34}{:>9}{:>10}{:>6.1f} %\n",
                       fmt::format("{} more", cpu.reasons.size() - rows), count, "",
                       100.0 * static_cast<double>(count) / static_cast<double>(cpu.exits));
}

std::string cpu_text(const Recording& recording, const CpuSummary& cpu, size_t rows) {
    const double inside = cpu.seconds > 0 ? cpu.inside / cpu.seconds * 100 : 0;
    std::string out =
        fmt::format("CPU {} ({}): {} exits in {}, {:.2f} % of the time in them", cpu.cpu,
                    cells_text(recording, cpu), cpu.exits, time_text(cpu.seconds), inside);
    if (cpu.lost != 0)
        out += fmt::format("; {} more were overwritten before they were read", cpu.lost);
    out += "\n";
    for (size_t i = 0; i < cpu.reasons.size() && (rows == 0 || i < rows); i++)
        out += row_text(recording, cpu.reasons[i]);
    if (rows != 0 && cpu.reasons.size() > rows)
        out += rest_text(cpu, rows);
    return out;
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
        return "No exits have been recorded.\n";
    std::string out =
        fmt::format("  {:<34}{:>9}{:>10}{:>8}{:>10}{:>10}{:>10}  {}\n", "reason", "count", "per s",
                    "share", "max gap", "mean", "longest", "mostly at");
    for (const auto& cpu : cpus)
        out += cpu_text(recording, cpu, rows);
    return out;
}

nlohmann::ordered_json report_json(const Recording& recording,
                                   const std::vector<CpuSummary>& cpus) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& cpu : cpus) {
        nlohmann::ordered_json reasons = nlohmann::ordered_json::array();
        for (const auto& reason : cpu.reasons)
            reasons.push_back(reason_json(recording, reason));
        nlohmann::ordered_json cells = nlohmann::ordered_json::array();
        for (uint32_t id : cpu.cells)
            cells.push_back({{"id", id}, {"name", recording.cell_name(id)}});
        list.push_back({{"cpu", cpu.cpu},
                        {"cells", cells},
                        {"exits", cpu.exits},
                        {"overwritten", cpu.lost},
                        {"seconds", cpu.seconds},
                        {"inside", cpu.inside},
                        {"reasons", reasons}});
    }
    return {{"frequency", recording.frequency}, {"cpus", list}};
}

} // namespace brig::trace
