// SPDX-License-Identifier: Apache-2.0
#include "doctor/gate.hpp"

#include "config/binary.hpp"
#include "doctor/report.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace brig::doctor {

namespace {

Stops stops(std::string_view id) {
    for (const Check& check : checks())
        if (check.id == id)
            return check.stops;
    return Stops::No;
}

} // namespace

Decision decide(const std::vector<Line>& lines, bool force) {
    Decision decision = Decision::GoOn;
    for (const Line& line : lines) {
        if (line.verdict != Verdict::Fail)
            continue;
        const Stops effect = stops(line.check);
        if (effect == Stops::Always)
            return Decision::RefuseAlways;
        if (effect == Stops::UnlessForced && !force)
            decision = Decision::Refuse;
    }
    return decision;
}

void before_enable(const Bytes& config, const std::string& file, bool force) {
    const Target target = look_at({});
    if (!target.driver_loaded || target.enabled)
        return;
    config::Configuration configuration;
    try {
        configuration.system = config::parse_system(config, file);
    } catch (const Error&) {
        return;
    }
    const std::vector<Line> lines =
        examine({target, std::move(configuration), config.size()}, true);
    for (const Line& line : lines)
        if (line.verdict == Verdict::Fail)
            fmt::print(stderr, "{}", line_text(line));
    switch (decide(lines, force)) {
    case Decision::GoOn:
        return;
    case Decision::Refuse:
        fail("enabling Brig with {}: the checks above failed; `brig doctor {}` shows all, --force "
             "goes on all the same",
             file, file);
    case Decision::RefuseAlways:
        fail("enabling Brig with {}: the checks above failed, and going on would be deadly; `brig "
             "doctor {}` shows all",
             file, file);
    }
}

} // namespace brig::doctor
