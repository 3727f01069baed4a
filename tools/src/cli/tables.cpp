// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace brig::cli {

using device::CellInfo;
using device::CellStatistics;
using device::Counters;

std::string list_table(const std::vector<device::CellInfo>& cells) {
    if (cells.empty())
        return "";
    constexpr auto row = "{:<8}{:<24}{:<18}{:<24}{:<24}\n";
    std::string out = fmt::format(row, "ID", "Name", "State", "Assigned CPUs", "Failed CPUs");
    for (const auto& cell : cells)
        out += fmt::format(row, cell.id, printable(cell.name), cell.state, cell.cpus,
                           cell.failed_cpus);
    return out;
}

std::string list_json(const std::vector<device::CellInfo>& cells) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& cell : cells)
        list.push_back({{"id", parse_number(cell.id).value_or(0)},
                        {"name", printable(cell.name)},
                        {"state", cell.state},
                        {"cpus_assigned", cell.cpus},
                        {"cpus_failed", cell.failed_cpus}});
    return json_text(list);
}

std::string rates_table(const Counters& before, const Counters& now, double seconds) {
    constexpr uint64_t wrap = uint64_t{1} << 31; // the counters have 31 bits
    std::string out = fmt::format("{:<24}{:>12}{:>12}\n", "COUNTER", "SUM", "PER SEC");
    for (const auto& [name, value] : now) {
        auto old = before.find(name);
        uint64_t past = old == before.end() ? value : old->second;
        uint64_t difference = value >= past ? value - past : value + wrap - past;
        double rate = seconds > 0 ? static_cast<double>(difference) / seconds : 0;
        out += fmt::format("{:<24}{:>12}{:>12.0f}\n", name, value, rate);
    }
    return out;
}

std::string statistics_table(const CellStatistics& statistics) {
    std::string out = fmt::format("{:<24}{:>12}", "COUNTER", "SUM");
    for (const auto& [cpu, counters] : statistics.cpus)
        out += fmt::format("{:>12}", fmt::format("CPU {}", cpu));
    out += "\n";
    for (const auto& [name, value] : statistics.total) {
        out += fmt::format("{:<24}{:>12}", name, value);
        for (const auto& [cpu, counters] : statistics.cpus) {
            auto found = counters.find(name);
            out += fmt::format("{:>12}", found == counters.end() ? 0 : found->second);
        }
        out += "\n";
    }
    return out;
}

std::string statistics_json(const CellInfo& cell, const CellStatistics& statistics) {
    nlohmann::ordered_json cpus = nlohmann::ordered_json::object();
    for (const auto& [cpu, counters] : statistics.cpus)
        cpus[fmt::format("{}", cpu)] = counters;
    nlohmann::ordered_json json = {{"id", parse_number(cell.id).value_or(0)},
                                   {"name", printable(cell.name)},
                                   {"total", statistics.total},
                                   {"cpus", cpus}};
    return json_text(json);
}

} // namespace brig::cli
