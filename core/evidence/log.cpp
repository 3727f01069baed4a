// SPDX-License-Identifier: Apache-2.0
#include "evidence/log.hpp"

#include "arch/barrier.hpp"
#include "arch/guest.hpp"
#include "brig_config.hpp"
#include "evidence/area.hpp"
#include "lib/string.hpp"

namespace brig::evidence::log {

namespace {

/// What a CPU has printed of a line. Cells print character by character, all at the same time.
struct Line {
    uint64_t time;
    uint8_t length;
    uint8_t flags;
    char text[BRIG_LOG_TEXT_SIZE];
};

constinit Line lines[config::evidence_size != 0 ? config::max_cpus : 1] = {};
constinit Part ring{};
constinit uint64_t newest = 0; // sequence number

/// A reader must not take a half-written entry for a whole one: no number while we write, the right
/// checksum at the end.
void store(uint32_t cpu, Line& line, uint8_t more_flags) {
    brig_log_entry entry{};
    entry.sequence = ++newest;
    entry.time = line.time;
    entry.cpu = static_cast<uint16_t>(cpu);
    entry.length = line.length;
    entry.flags = static_cast<uint8_t>(line.flags | more_flags);
    memcpy(entry.text, line.text, line.length);
    entry.checksum =
        brig_checksum(reinterpret_cast<const uint8_t*>(&entry), offsetof(brig_log_entry, checksum));
    const uint64_t address = ring.base + entry.sequence % ring.count * ring.stride;
    auto& sequence = *reinterpret_cast<volatile uint64_t*>(address);
    sequence = 0;
    arch::dmb_ishst();
    memcpy(reinterpret_cast<char*>(address) + sizeof(sequence),
           reinterpret_cast<const char*>(&entry) + sizeof(sequence),
           sizeof(entry) - sizeof(sequence));
    arch::dmb_ishst();
    sequence = entry.sequence;
    keep(address, sizeof(entry));
    line.length = 0;
}

} // namespace

void open() {
    ring = find(BRIG_EVIDENCE_LOG);
    for (uint32_t cpu = 0; ring.count != 0 && cpu < config::max_cpus; cpu++)
        if (lines[cpu].length != 0)
            store(cpu, lines[cpu], 0);
}

void put(uint32_t cpu, char c, uint8_t flags) {
    if (config::evidence_size == 0 || cpu >= config::max_cpus)
        return;
    Line& line = lines[cpu];
    if (ring.count == 0 && (c == '\n' || line.length == BRIG_LOG_TEXT_SIZE))
        return;
    const bool full = line.length == BRIG_LOG_TEXT_SIZE && c != '\n';
    if (line.length != 0 && (full || line.flags != flags))
        store(cpu, line, BRIG_LOG_CONTINUED);
    if (line.length == 0) {
        line.time = arch::counter();
        line.flags = flags;
    }
    if (c == '\n')
        store(cpu, line, 0);
    else
        line.text[line.length++] = c;
}

} // namespace brig::evidence::log
