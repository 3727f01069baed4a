// SPDX-License-Identifier: Apache-2.0
#include "doctor/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace brig::doctor {

namespace {

const char* word(Verdict verdict) {
    return verdict == Verdict::Pass ? "pass" : verdict == Verdict::Warn ? "warn" : "fail";
}

const char* effect(Stops stops) {
    switch (stops) {
    case Stops::No:
        return "goes on";
    case Stops::UnlessForced:
        return "stops, unless forced";
    case Stops::Always:
        break;
    }
    return "stops";
}

} // namespace

Tally count(const std::vector<Line>& lines) {
    Tally tally;
    for (const Line& line : lines)
        (line.verdict == Verdict::Pass   ? tally.passed
         : line.verdict == Verdict::Warn ? tally.warnings
                                         : tally.failed)++;
    return tally;
}

std::string line_text(const Line& line) {
    std::string text = fmt::format("{}  {:12} {}\n", word(line.verdict), line.check, line.text);
    if (!line.remedy.empty())
        text += fmt::format("{:6}{:12} -> {}\n", "", "", line.remedy);
    return text;
}

std::string report(const std::vector<Line>& lines) {
    std::string text;
    for (const Line& line : lines)
        text += line_text(line);
    const Tally tally = count(lines);
    return text + fmt::format("{} passed, {} warning{}, {} failed\n", tally.passed, tally.warnings,
                              tally.warnings == 1 ? "" : "s", tally.failed);
}

nlohmann::ordered_json report_json(const std::vector<Line>& lines) {
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const Line& line : lines)
        list.push_back({{"check", line.check},
                        {"verdict", word(line.verdict)},
                        {"text", line.text},
                        {"remedy", line.remedy}});
    const Tally tally = count(lines);
    return {{"checks", list},
            {"passed", tally.passed},
            {"warnings", tally.warnings},
            {"failed", tally.failed}};
}

std::string check_table() {
    std::string text = "| check | looks at | failed: `brig enable` |\n|---|---|---|\n";
    for (const Check& check : checks())
        text += fmt::format("| `{}` | {} | {} |\n", check.id, check.looks_at, effect(check.stops));
    return text + fmt::format("| `{}` | one line through the hypervisor's own UART driver, before "
                              "anything is enabled | goes on |\n",
                              console_test_id);
}

} // namespace brig::doctor
