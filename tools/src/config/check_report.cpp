// SPDX-License-Identifier: Apache-2.0
#include "config/check_report.hpp"
#include "config/checks.hpp"
#include "config/dump.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace brig::config {

namespace {

// Tests that say nothing about this set are not run, and so not listed.
bool applies(Test test, const Configuration& configuration) {
    const System& system = configuration.system;
    switch (test) {
    case Test::PciInterception:
        return system.pci_mmconfig_base != 0;
    case Test::IommuInterception:
        return system.iommu_units[0].base != 0;
    case Test::OverlapCpus:
    case Test::OverlapCells:
    case Test::SharedInterrupts:
        return configuration.cells.size() > 1;
    default:
        return true;
    }
}

std::string finding_text(const Finding& finding) {
    std::string text = fmt::format("  {}{}\n", finding.text,
                                   finding.severity == Severity::Warning ? " (warning)" : "");
    for (const auto& region : finding.regions)
        text += fmt::format("    {}\n{}", region.where, region_text(region, "      "));
    return text;
}

} // namespace

std::string check_report(const Configuration& configuration, const Findings& findings) {
    const System& system = configuration.system;
    std::string out = fmt::format("Reading configuration set:\n  Architecture:  {}\n"
                                  "  Root cell:     {} ({})\n",
                                  architecture_text(system.architecture),
                                  printable(system.root.name), system.where);
    for (const auto& cell : configuration.cells)
        out += fmt::format("  Non-root cell: {} ({})\n", printable(cell.name), cell.where);

    for (int number = 0; number < static_cast<int>(Test::Language); number++) {
        Test test = static_cast<Test>(number);
        if (!applies(test, configuration))
            continue;
        std::string lines;
        for (const auto& finding : findings)
            if (finding.test == test)
                lines += finding_text(finding);
        out += fmt::format("{}:{}\n{}", title(test), lines.empty() ? " None" : "", lines);
    }
    return out;
}

nlohmann::ordered_json check_report_json(const Configuration& configuration,
                                         const Findings& findings) {
    using Json = nlohmann::ordered_json;
    Json cells = Json::array();
    for (const auto& cell : configuration.cells)
        cells.push_back({{"name", printable(cell.name)}, {"file", cell.where}});
    Json list = Json::array();
    for (const auto& finding : findings)
        list.push_back({{"test", std::string(title(finding.test))},
                        {"severity", finding.severity == Severity::Error ? "error" : "warning"},
                        {"text", finding.text}});
    return {{"architecture", architecture_text(configuration.system.architecture)},
            {"root_cell",
             {{"name", printable(configuration.system.root.name)},
              {"file", configuration.system.where}}},
            {"cells", cells},
            {"findings", list}};
}

} // namespace brig::config
