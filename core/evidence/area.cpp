// SPDX-License-Identifier: Apache-2.0
#include "evidence/area.hpp"

#include "arch/barrier.hpp"
#include "arch/cache.hpp"
#include "arch/guest.hpp"
#include "lib/string.hpp"
#include "trace/history.hpp"
#include "version.hpp"

namespace brig::evidence {

namespace {

constexpr uint64_t kCrashStride = align_up(sizeof(brig_crash_record), BRIG_STAGES_STRIDE);
constexpr uint64_t kSmallestLog = 8192;

static_assert(kAreaSize == 0 || kAreaSize >= BRIG_STAGES_OFFSET +
                                                 config::max_cpus * BRIG_STAGES_STRIDE +
                                                 kSmallestLog,
              "EVIDENCE_SIZE is too small for MAX_CPUS CPUs");

/// This run's, null before begin().
const brig_evidence_header* current = nullptr;

void copy_text(char* to, size_t size, const char* from) {
    for (size_t i = 0; i + 1 < size && from[i] != '\0'; i++)
        to[i] = from[i];
}

uint32_t checksum(const brig_evidence_header& header) {
    return brig_checksum(reinterpret_cast<const uint8_t*>(&header),
                         offsetof(brig_evidence_header, checksum));
}

/// What the driver has written there: number and time of the run.
bool prepared(const brig_evidence_header& header, uint64_t area) {
    return memcmp(header.magic, BRIG_EVIDENCE_MAGIC, sizeof(header.magic)) == 0 &&
           header.address == area && header.version == BRIG_EVIDENCE_VERSION &&
           header.checksum == checksum(header);
}

} // namespace

Plan plan(uint64_t area_size, uint32_t max_cpus) {
    Plan result{};
    uint64_t at = BRIG_STAGES_OFFSET;
    const auto add = [&](uint32_t type, uint64_t stride, uint64_t count) {
        if (count == 0 || stride == 0)
            return;
        result.parts[result.count++] = {type, static_cast<uint32_t>(stride), at, count};
        at += stride * count;
    };
    const auto at_most = [](uint64_t value, uint64_t limit) {
        return value < limit ? value : limit;
    };
    const auto as_many_as_fit = [&](uint32_t type, uint64_t stride) {
        const uint64_t room = area_size - at > kSmallestLog ? area_size - at - kSmallestLog : 0;
        add(type, stride, at_most(room / stride, max_cpus));
    };
    add(BRIG_EVIDENCE_STAGES, BRIG_STAGES_STRIDE, max_cpus);
    if (config::exit_history && align_up(at, history::kSize) < area_size) {
        at = align_up(at, history::kSize);
        as_many_as_fit(BRIG_EVIDENCE_EXITS, history::kSize);
    }
    as_many_as_fit(BRIG_EVIDENCE_CRASHES, kCrashStride);
    add(BRIG_EVIDENCE_LOG, sizeof(brig_log_entry), (area_size - at) / sizeof(brig_log_entry));
    return result;
}

Range reserve(Range memory, uint32_t max_cpus) {
    if (brig_evidence_fits(memory.size, kAreaSize, max_cpus) == 0)
        return {};
    return {memory.end() - 2 * kAreaSize, 2 * kAreaSize};
}

void begin(Range areas, uint64_t area, uint32_t max_cpus, Range image, const char* board) {
    if (area != areas.start)
        area = areas.start + kAreaSize;
    auto* const place = reinterpret_cast<brig_evidence_header*>(area);
    brig_evidence_header header{};
    header.run = 1;
    if (prepared(*place, area)) {
        header.run = place->run;
        header.unix_time = place->unix_time;
    }
    memcpy(header.magic, BRIG_EVIDENCE_MAGIC, sizeof(header.magic));
    header.version = BRIG_EVIDENCE_VERSION;
    header.header_size = sizeof(header);
    header.address = area;
    header.size = kAreaSize;
    header.image = image.start;
    header.image_size = image.size;
    header.begin = arch::counter();
    header.frequency = arch::counter_frequency();
    header.max_cpus = max_cpus;
    copy_text(header.version_text, sizeof(header.version_text), kVersion);
    copy_text(header.board, sizeof(header.board), board);
    const Plan parts = plan(kAreaSize, max_cpus);
    header.num_parts = parts.count;
    memcpy(header.parts, parts.parts, sizeof(header.parts));
    header.checksum = checksum(header);

    memcpy(place, &header, sizeof(header));
    current = place;
}

Part find(uint32_t type) {
    for (uint32_t i = 0; current != nullptr && i < current->num_parts; i++) {
        const brig_evidence_part& part = current->parts[i];
        if (part.type == type)
            return {current->address + part.offset, part.stride, part.count};
    }
    return {};
}

void keep(uint64_t start, uint64_t size) {
    arch::dsb_sy();
    arch::clean_invalidate(start, size);
}

} // namespace brig::evidence
