// SPDX-License-Identifier: Apache-2.0
#include "trace/reader.hpp"

#include "util/error.hpp"

#include <algorithm>
#include <cstring>

namespace brig::trace {

namespace {

constexpr uint32_t most_rings = 4096;

const char* wrong_with(const brig_trace_area& area) {
    if (std::memcmp(area.magic, BRIG_TRACE_MAGIC, sizeof(area.magic)) != 0)
        return "that is no memory of exit tracing";
    if (area.version != BRIG_TRACE_VERSION)
        return "it is of another version: use the tool that came with the hypervisor";
    if (area.records == 0 || (area.records & (area.records - 1)) != 0 ||
        area.num_rings > most_rings || area.frequency == 0)
        return "its header is damaged";
    return nullptr;
}

} // namespace

Reader::Reader(Source& source, Start start) : source_(source) {
    exact(0, &area_, sizeof(area_));
    if (const char* why = wrong_with(area_))
        fail("reading the exits: {}", why);
    recording_.frequency = area_.frequency;
    for (uint32_t i = 0; i < area_.num_rings; i++) {
        Ring ring{sizeof(brig_trace_area) + i * sizeof(brig_trace_ring), 0};
        const brig_trace_ring head = read_head(ring);
        ring.next = start == Start::now ? head.done : head.first;
        rings_.push_back(ring);
        recording_.cpus[head.cpu];
    }
}

void Reader::exact(uint64_t offset, void* to, size_t size) {
    const size_t got = source_.read(offset, to, size);
    if (got == 0 && offset == 0)
        fail("reading the exits: exit tracing has not been on since Brig was enabled: run "
             "`brig trace on` or `brig trace record`");
    if (got != size)
        fail("reading the exits: they end at {:#x}, within what the header names", offset + got);
}

brig_trace_ring Reader::read_head(const Ring& ring) {
    brig_trace_ring head{};
    exact(ring.head, &head, sizeof(head));
    return head;
}

void Reader::copy(const brig_trace_ring& head, uint64_t from, uint64_t to,
                  std::vector<brig_exit>& out) {
    while (from < to) {
        const uint64_t index = from & (area_.records - 1);
        const uint64_t count = std::min(to - from, area_.records - index);
        const size_t old = out.size();
        out.resize(old + count);
        exact(head.exits + index * sizeof(brig_exit), &out[old], count * sizeof(brig_exit));
        from += count;
    }
}

void Reader::take(Ring& ring, bool all) {
    const brig_trace_ring before = read_head(ring);
    const uint64_t end = all || before.done == 0 ? before.done : before.done - 1;
    if (end <= ring.next)
        return;
    const uint64_t oldest = end > area_.records ? end - area_.records : 0;
    const uint64_t from = std::max(ring.next, oldest);
    std::vector<brig_exit> fresh;
    copy(before, from, end, fresh);
    // What the CPU has begun to overwrite meanwhile is not whole.
    const uint64_t begun = read_head(ring).begun;
    const uint64_t good = std::clamp(begun > area_.records ? begun - area_.records : 0, from, end);

    CpuExits& cpu = recording_.cpus[before.cpu];
    if (good != ring.next)
        cpu.holes.push_back({cpu.exits.size(), good - ring.next});
    cpu.exits.insert(cpu.exits.end(), fresh.begin() + static_cast<ptrdiff_t>(good - from),
                     fresh.end());
    ring.next = end;
}

void Reader::poll() {
    for (Ring& ring : rings_)
        take(ring, false);
}

void Reader::finish() {
    for (Ring& ring : rings_)
        take(ring, true);
}

} // namespace brig::trace
