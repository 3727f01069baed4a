// SPDX-License-Identifier: Apache-2.0
// The areas that outlive a reset.
#include <doctest/doctest.h>

#include <cstring>

#include "evidence/area.hpp"
#include "evidence/stages.hpp"
#include "support.hpp"

using namespace brig;

namespace {

constexpr Range kAreas{0x7fb00000, 2 * evidence::kAreaSize}; // in the test machine's memory

brig_evidence_header& header_at(uint64_t address) {
    return *reinterpret_cast<brig_evidence_header*>(address);
}

uint32_t checksum(const brig_evidence_header& header) {
    return brig_checksum(reinterpret_cast<const uint8_t*>(&header),
                         offsetof(brig_evidence_header, checksum));
}

} // namespace

TEST_CASE("evidence: parts lie behind each other and inside, for any number of CPUs") {
    for (uint64_t size : {0x10000, 0x20000, 0x100000})
        for (uint32_t cpus : {1u, 2u, 4u, 8u, 16u, 64u, 100u}) {
            if (brig_evidence_fits(8 * size, size, cpus) == 0)
                continue;
            CAPTURE(size);
            CAPTURE(cpus);
            const evidence::Plan plan = evidence::plan(size, cpus);
            uint64_t at = BRIG_STAGES_OFFSET;
            bool log = false;
            for (uint32_t i = 0; i < plan.count; i++) {
                const brig_evidence_part& part = plan.parts[i];
                CHECK(part.offset ==
                      (part.type == BRIG_EVIDENCE_EXITS ? align_up(at, kPageSize) : at));
                CHECK(part.count > 0);
                at = part.offset + part.stride * part.count;
                log = log || (part.type == BRIG_EVIDENCE_LOG && part.count >= 64);
            }
            CHECK(at <= size);
            CHECK(log);
            CHECK(plan.parts[0].type == BRIG_EVIDENCE_STAGES);
            CHECK(plan.parts[0].stride == BRIG_STAGES_STRIDE);
        }
}

TEST_CASE("evidence: no more than a quarter of the memory, and room for every CPU") {
    CHECK(brig_evidence_fits(0x100000, 0x20000, 4) == 1);
    CHECK(brig_evidence_fits(0xff000, 0x20000, 4) == 0);
    CHECK(brig_evidence_fits(0x100000, 0, 4) == 0);
    CHECK(brig_evidence_fits(0x100000, 0x20000, 496) == 1);
    CHECK(brig_evidence_fits(0x100000, 0x20000, 497) == 0);
    CHECK(evidence::reserve({0x40000000, 0x400000}, 4).end() == 0x40400000);
    CHECK(evidence::reserve({0x40000000, 0x10000}, 4).empty());
}

TEST_CASE("evidence: a run takes number and time from what the driver has prepared") {
    const test::Machine machine;
    const uint64_t area = kAreas.start + evidence::kAreaSize;
    brig_evidence_header& header = header_at(area);
    std::memcpy(header.magic, BRIG_EVIDENCE_MAGIC, 8);
    header.version = BRIG_EVIDENCE_VERSION;
    header.address = area;
    header.run = 7;
    header.unix_time = 1234567;
    header.checksum = checksum(header);
    evidence::begin(kAreas, area, 4, {0x7f800000, 0x20000}, "board");
    CHECK(header.run == 7);
    CHECK(header.unix_time == 1234567);
    CHECK(header.image == 0x7f800000);
    CHECK(header.checksum == checksum(header));
    CHECK(std::string(header.board) == "board");
    const evidence::Part stages = evidence::find(BRIG_EVIDENCE_STAGES);
    CHECK(stages.base == area + BRIG_STAGES_OFFSET);
    CHECK(stages.element(3) == stages.base + 768);
    CHECK(stages.element(4) == 0);
    CHECK(evidence::find(99).count == 0);

    header.run = 8; // without its checksum: as if the memory had faded
    evidence::begin(kAreas, area, 4, {0x7f800000, 0x20000}, "board");
    CHECK(header.run == 1);
}

TEST_CASE("evidence: a loader that knows nothing of it leaves zeros") {
    const test::Machine machine;
    evidence::begin(kAreas, kAreas.start, 4, {0x7f800000, 0x20000},
                    "a board with a name that is far too long");
    const brig_evidence_header& header = header_at(kAreas.start);
    CHECK(header.run == 1);
    CHECK(header.unix_time == 0);
    CHECK(header.checksum == checksum(header));
    CHECK(header.board[sizeof(header.board) - 1] == '\0');
}

TEST_CASE("evidence: stages of a CPU") {
    test::Machine machine;
    evidence::begin(kAreas, kAreas.start, 4, {0x7f800000, 0x20000}, "board");
    Cpu& cpu = machine.cpu(2);
    evidence::mark(cpu, BRIG_STAGE_MMU); // nowhere to put it
    auto* stages =
        reinterpret_cast<brig_boot_stages*>(evidence::find(BRIG_EVIDENCE_STAGES).element(2));
    cpu.stages = stages;
    test::arch_state.counter = 1000;
    evidence::mark(cpu, BRIG_STAGE_FIRMWARE);
    evidence::mark(cpu, BRIG_STAGE_CPU);
    evidence::mark_error(cpu, Error::io);
    CHECK(stages->stage == BRIG_STAGE_CPU);
    CHECK(stages->error == -5);
    CHECK(stages->mpidr == 2);
    CHECK(stages->times[BRIG_STAGE_FIRMWARE] == 1000);
    CHECK(stages->times[BRIG_STAGE_CPU] == 1001);
    CHECK(stages->times[BRIG_STAGE_MMU] == 0);
}
