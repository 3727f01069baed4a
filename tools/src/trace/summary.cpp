// SPDX-License-Identifier: Apache-2.0
#include "trace/summary.hpp"

#include <algorithm>
#include <map>

namespace brig::trace {

namespace {

// What is added up of one reason, in ticks.
struct Sums {
    Kind kind = Kind::other;
    uint64_t count = 0;
    uint64_t last = 0; // time of the exit before
    uint64_t gap = 0;
    uint64_t inside = 0;
    uint64_t longest = 0;
    std::map<uint64_t, uint64_t> places; // number of exits by pc
};

void add(Sums& sums, const brig_exit& exit) {
    if (sums.count++ != 0)
        sums.gap = std::max(sums.gap, exit.time - sums.last);
    sums.kind = kind_of(exit);
    sums.last = exit.time;
    sums.inside += exit.duration;
    sums.longest = std::max(sums.longest, uint64_t{exit.duration});
    sums.places[exit.pc]++;
}

ReasonSummary finished(const Recording& recording, const std::string& reason, const Sums& sums,
                       const CpuSummary& cpu) {
    const auto most = std::max_element(sums.places.begin(), sums.places.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    const auto count = static_cast<double>(sums.count);
    ReasonSummary summary{.reason = reason, .kind = sums.kind, .count = sums.count};
    summary.rate = cpu.seconds > 0 ? count / cpu.seconds : 0;
    summary.share = count / static_cast<double>(cpu.exits);
    summary.longest_gap = recording.seconds(sums.gap);
    summary.inside = recording.seconds(sums.inside);
    summary.longest = recording.seconds(sums.longest);
    summary.pc = most->first;
    summary.pc_share = static_cast<double>(most->second) / count;
    return summary;
}

CpuSummary summarise_cpu(const Recording& recording, unsigned id, const CpuExits& exits) {
    CpuSummary cpu{.cpu = id, .exits = exits.exits.size(), .lost = exits.lost()};
    cpu.seconds = recording.seconds(exits.exits.back().time - exits.exits.front().time);
    std::map<std::string, Sums> reasons;
    auto hole = exits.holes.begin();
    for (size_t i = 0; i < exits.exits.size(); i++) {
        const brig_exit& exit = exits.exits[i];
        for (; hole != exits.holes.end() && hole->before <= i; ++hole)
            for (auto& [text, sums] : reasons)
                sums.last = exit.time; // what was between is not known, so it is no gap
        add(reasons[reason_of(exit)], exit);
        cpu.inside += recording.seconds(exit.duration);
        if (std::find(cpu.cells.begin(), cpu.cells.end(), exit.cell) == cpu.cells.end())
            cpu.cells.push_back(exit.cell);
    }
    for (const auto& [text, sums] : reasons)
        cpu.reasons.push_back(finished(recording, text, sums, cpu));
    std::stable_sort(cpu.reasons.begin(), cpu.reasons.end(),
                     [](auto& a, auto& b) { return a.count > b.count; });
    return cpu;
}

} // namespace

std::vector<CpuSummary> summarise(const Recording& recording, std::optional<unsigned> only) {
    std::vector<CpuSummary> cpus;
    for (const auto& [id, exits] : recording.cpus)
        if (!exits.exits.empty() && (!only || *only == id))
            cpus.push_back(summarise_cpu(recording, id, exits));
    return cpus;
}

} // namespace brig::trace
