// SPDX-License-Identifier: Apache-2.0
#include "trace/summary.hpp"

#include <algorithm>
#include <map>
#include <set>

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
                       const Summary& all) {
    const auto most = std::max_element(sums.places.begin(), sums.places.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    const auto count = static_cast<double>(sums.count);
    ReasonSummary summary{.reason = reason, .kind = sums.kind, .count = sums.count};
    summary.rate = all.seconds > 0 ? count / all.seconds : 0;
    summary.share = count / static_cast<double>(all.exits);
    summary.longest_gap = recording.seconds(sums.gap);
    summary.inside = recording.seconds(sums.inside);
    summary.longest = recording.seconds(sums.longest);
    summary.pc = most->first;
    summary.pc_share = static_cast<double>(most->second) / count;
    return summary;
}

// Adds exits of one CPU after the other, each in their order, to a summary.
class Adder {
public:
    Adder(const Recording& recording, Summary& summary)
        : recording_(recording), summary_(summary) {}

    void add(const brig_exit& exit) {
        brig::trace::add(reasons_[reason_of(exit)], exit);
        first_ = summary_.exits == 0 ? exit.time : std::min(first_, exit.time);
        last_ = std::max(last_, exit.time);
        summary_.exits++;
        summary_.inside += recording_.seconds(exit.duration);
    }
    // What was before `time` is not known, or on another CPU, so it makes no gap.
    void skip(uint64_t time) {
        for (auto& [text, sums] : reasons_)
            sums.last = time;
    }
    void finish() {
        summary_.seconds = recording_.seconds(last_ - first_);
        for (const auto& [text, sums] : reasons_)
            summary_.reasons.push_back(finished(recording_, text, sums, summary_));
        std::stable_sort(summary_.reasons.begin(), summary_.reasons.end(),
                         [](auto& a, auto& b) { return a.count > b.count; });
    }

private:
    const Recording& recording_;
    Summary& summary_;
    std::map<std::string, Sums> reasons_;
    uint64_t first_ = 0, last_ = 0;
};

// Calls visit(exit, new_start): the latter for the first exit, and behind each hole.
template <typename Visit>
void walk(const CpuExits& exits, Visit visit) {
    auto hole = exits.holes.begin();
    for (size_t i = 0; i < exits.exits.size(); i++) {
        bool fresh = i == 0;
        for (; hole != exits.holes.end() && hole->before <= i; ++hole)
            fresh = true;
        visit(exits.exits[i], fresh);
    }
}

template <typename T>
void add_once(std::vector<T>& list, T value) {
    if (std::find(list.begin(), list.end(), value) == list.end())
        list.push_back(value);
}

CpuSummary summarise_cpu(const Recording& recording, unsigned id, const CpuExits& exits) {
    CpuSummary cpu;
    cpu.cpu = id;
    cpu.lost = exits.lost();
    Adder adder(recording, cpu);
    walk(exits, [&](const brig_exit& exit, bool fresh) {
        if (fresh)
            adder.skip(exit.time);
        adder.add(exit);
        add_once(cpu.cells, uint32_t{exit.cell});
    });
    adder.finish();
    return cpu;
}

CellSummary summarise_cell(const Recording& recording, uint32_t id, std::optional<unsigned> only) {
    CellSummary cell;
    cell.cell = id;
    Adder adder(recording, cell);
    for (const auto& [cpu, exits] : recording.cpus) {
        if (only && *only != cpu)
            continue;
        bool skipped = false;
        walk(exits, [&](const brig_exit& exit, bool fresh) {
            skipped = skipped || fresh;
            if (exit.cell != id)
                return;
            if (skipped)
                adder.skip(exit.time);
            skipped = false;
            adder.add(exit);
            add_once(cell.cpus, cpu);
        });
    }
    adder.finish();
    return cell;
}

} // namespace

std::vector<CpuSummary> summarise(const Recording& recording, std::optional<unsigned> only) {
    std::vector<CpuSummary> cpus;
    for (const auto& [id, exits] : recording.cpus)
        if (!exits.exits.empty() && (!only || *only == id))
            cpus.push_back(summarise_cpu(recording, id, exits));
    return cpus;
}

std::vector<CellSummary> summarise_cells(const Recording& recording, std::optional<unsigned> only) {
    std::set<uint32_t> ids;
    for (const auto& [cpu, exits] : recording.cpus)
        if (!only || *only == cpu)
            for (const brig_exit& exit : exits.exits)
                ids.insert(exit.cell);
    std::vector<CellSummary> cells;
    for (const uint32_t id : ids)
        cells.push_back(summarise_cell(recording, id, only));
    return cells;
}

} // namespace brig::trace
