// SPDX-License-Identifier: Apache-2.0
#include "trace/reason.hpp"
#include "trace/render.hpp"
#include "trace/summary.hpp"

#include <fmt/format.h>

namespace brig::trace {

std::string exits_text(const Recording& recording, unsigned cpu, size_t most) {
    const auto found = recording.cpus.find(cpu);
    if (found == recording.cpus.end() || found->second.exits.empty())
        return "";
    const std::vector<brig_exit>& exits = found->second.exits;
    const uint64_t end = exits.back().time;
    std::string out;
    for (size_t i = exits.size() > most ? exits.size() - most : 0; i < exits.size(); i++) {
        const brig_exit& exit = exits[i];
        const std::string symbol = recording.symbol(exit.pc);
        out += fmt::format(
            "  {:>10}  {:<34}  pc {:#x}{}{}\n", "-" + time_text(recording.seconds(end - exit.time)),
            reason_of(exit), exit.pc, symbol.empty() ? "" : " " + symbol,
            exit.duration == 0 ? "" : ", took " + time_text(recording.seconds(exit.duration)));
    }
    return out;
}

} // namespace brig::trace
