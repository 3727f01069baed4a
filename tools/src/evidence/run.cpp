// SPDX-License-Identifier: Apache-2.0
#include "evidence/run.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

namespace brig::evidence {

namespace {

template <typename T>
std::optional<T> read_at(const Bytes& memory, uint64_t offset) {
    if (offset > memory.size() || memory.size() - offset < sizeof(T))
        return {};
    T value;
    std::memcpy(&value, memory.data() + offset, sizeof(T));
    return value;
}

template <typename T>
uint32_t checksum(const T& value, size_t from, size_t to) {
    return brig_checksum(reinterpret_cast<const uint8_t*>(&value) + from, to - from);
}

bool has_magic(const Bytes& memory, uint64_t offset) {
    return memory.size() - offset >= sizeof(BRIG_EVIDENCE_MAGIC) &&
           std::memcmp(memory.data() + offset, BRIG_EVIDENCE_MAGIC, sizeof(BRIG_EVIDENCE_MAGIC)) ==
               0;
}

bool is_valid(const brig_evidence_header& header) {
    return header.version == BRIG_EVIDENCE_VERSION && header.num_parts <= BRIG_EVIDENCE_MAX_PARTS &&
           header.size >= BRIG_EVIDENCE_ALIGNMENT &&
           header.checksum == checksum(header, 0, offsetof(brig_evidence_header, checksum));
}

template <size_t size>
std::string text_of(const char (&text)[size]) {
    return {text, strnlen(text, size)};
}

class AreaReader {
public:
    AreaReader(const Bytes& memory, uint64_t start, const brig_evidence_header& header)
        : memory_(memory), start_(start) {
        run_.header = header;
        run_.version = text_of(header.version_text);
        run_.board = text_of(header.board);
        run_.complete = header.size <= memory.size() - start;
    }

    Run read() {
        for (uint32_t i = 0; i < run_.header.num_parts; i++) {
            const brig_evidence_part& part = run_.header.parts[i];
            if (!fits(part))
                continue;
            if (part.type == BRIG_EVIDENCE_STAGES)
                read_stages(part);
            else if (part.type == BRIG_EVIDENCE_LOG)
                read_log(part);
            else if (part.type == BRIG_EVIDENCE_CRASHES)
                read_crashes(part);
            else if (part.type == BRIG_EVIDENCE_EXITS)
                read_exits(part);
        }
        return std::move(run_);
    }

private:
    bool fits(const brig_evidence_part& part) const {
        const uint64_t size = run_.header.size;
        return part.stride != 0 && part.offset <= size &&
               part.count <= (size - part.offset) / part.stride;
    }

    template <typename T>
    std::optional<T> element(const brig_evidence_part& part, uint64_t index) const {
        return part.stride < sizeof(T)
                   ? std::nullopt
                   : read_at<T>(memory_, start_ + part.offset + index * part.stride);
    }

    void read_stages(const brig_evidence_part& part) {
        for (uint64_t cpu = 0; cpu < part.count; cpu++)
            if (auto stages = element<brig_boot_stages>(part, cpu);
                stages && stages->stage != BRIG_STAGE_NONE)
                run_.stages.push_back({static_cast<unsigned>(cpu), *stages});
    }

    // The valid entries by number. An entry that is being written has no number, or a wrong sum.
    std::map<uint64_t, brig_log_entry> log_entries(const brig_evidence_part& part) const {
        std::map<uint64_t, brig_log_entry> entries;
        for (uint64_t i = 0; i < part.count; i++) {
            auto entry = element<brig_log_entry>(part, i);
            if (entry && entry->sequence != 0 && entry->sequence % part.count == i &&
                entry->length <= BRIG_LOG_TEXT_SIZE &&
                entry->checksum == checksum(*entry, 0, offsetof(brig_log_entry, checksum)))
                entries[entry->sequence] = *entry;
        }
        return entries;
    }

    void read_log(const brig_evidence_part& part) {
        const auto entries = log_entries(part);
        if (entries.empty())
            return;
        // Of a full ring, the oldest that can be there.
        const uint64_t newest = entries.rbegin()->first;
        run_.overwritten = newest > part.count ? newest - part.count : 0;
        run_.damaged = newest - run_.overwritten - entries.size();
        std::map<unsigned, LogLine> begun; // by CPU
        for (const auto& [number, entry] : entries) {
            auto [line, fresh] = begun.try_emplace(
                entry.cpu, LogLine{number, entry.time, entry.cpu,
                                   (entry.flags & BRIG_LOG_CELL) != 0, false, ""});
            line->second.text.append(entry.text, entry.length);
            if ((entry.flags & BRIG_LOG_CONTINUED) != 0)
                continue;
            run_.lines.push_back(std::move(line->second));
            begun.erase(line);
        }
        for (auto& [cpu, line] : begun) {
            line.open = true;
            run_.lines.push_back(std::move(line));
        }
        std::sort(run_.lines.begin(), run_.lines.end(),
                  [](const LogLine& a, const LogLine& b) { return a.sequence < b.sequence; });
    }

    void read_crashes(const brig_evidence_part& part) {
        constexpr size_t covered = offsetof(brig_crash_record, kind);
        for (uint64_t cpu = 0; cpu < part.count; cpu++) {
            auto record = element<brig_crash_record>(part, cpu);
            if (!record || (record->magic == 0 && record->count == 0))
                continue;
            if (record->magic == BRIG_CRASH_MAGIC && record->size == sizeof(*record) &&
                record->num_exits <= BRIG_CRASH_EXITS &&
                record->checksum == checksum(*record, covered, sizeof(*record)))
                run_.crashes.push_back(*record);
            else
                run_.damaged_crashes.push_back(static_cast<unsigned>(cpu));
        }
        std::stable_sort(run_.crashes.begin(), run_.crashes.end(),
                         [](const auto& a, const auto& b) { return a.time < b.time; });
    }

    // A ring does not say where it begins: the times do.
    void read_exits(const brig_evidence_part& part) {
        for (uint64_t cpu = 0; cpu < part.count; cpu++) {
            const uint64_t ring = start_ + part.offset + cpu * part.stride;
            std::vector<brig_exit> exits;
            for (uint64_t at = 0; at + sizeof(brig_exit) <= part.stride; at += sizeof(brig_exit))
                if (auto exit = read_at<brig_exit>(memory_, ring + at); exit && exit->time != 0)
                    exits.push_back(*exit);
            std::stable_sort(exits.begin(), exits.end(),
                             [](const auto& a, const auto& b) { return a.time < b.time; });
            if (!exits.empty())
                run_.exits[static_cast<unsigned>(cpu)] = std::move(exits);
        }
    }

    const Bytes& memory_;
    uint64_t start_;
    Run run_;
};

template <typename Action>
void for_each_header(const Bytes& memory, Action action) {
    for (uint64_t at = 0; at + sizeof(brig_evidence_header) <= memory.size(); at += 8)
        if (has_magic(memory, at))
            action(at, *read_at<brig_evidence_header>(memory, at));
}

} // namespace

double Run::seconds(uint64_t time) const {
    const double ticks = static_cast<double>(static_cast<int64_t>(time - header.begin));
    return header.frequency == 0 ? 0 : ticks / static_cast<double>(header.frequency);
}

std::vector<Run> find_runs(const Bytes& memory) {
    std::vector<Run> runs;
    for_each_header(memory, [&](uint64_t at, const brig_evidence_header& header) {
        if (is_valid(header))
            runs.push_back(AreaReader(memory, at, header).read());
    });
    std::stable_sort(runs.begin(), runs.end(),
                     [](const Run& a, const Run& b) { return a.header.run > b.header.run; });
    return runs;
}

unsigned count_damaged(const Bytes& memory) {
    unsigned count = 0;
    for_each_header(memory, [&](uint64_t, const brig_evidence_header& header) {
        count += is_valid(header) ? 0u : 1u;
    });
    return count;
}

} // namespace brig::evidence
