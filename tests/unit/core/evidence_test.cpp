// SPDX-License-Identifier: Apache-2.0
// The areas that outlive a reset.
#include <doctest/doctest.h>

#include <cstring>

#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "console/console.hpp"
#include "evidence/area.hpp"
#include "evidence/crash.hpp"
#include "evidence/log.hpp"
#include "evidence/stages.hpp"
#include "mem/stage2.hpp"
#include "support.hpp"
#include "trace/history.hpp"

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

namespace {

/// Begins a run whose log and crash records the test reads.
void begin_run() {
    evidence::begin(kAreas, kAreas.start, 4, {0x7f800000, 0x20000}, "board");
    evidence::log::open();
}

/// The valid entry with a number, null if there is none.
const brig_log_entry* log_entry(uint64_t sequence) {
    const evidence::Part ring = evidence::find(BRIG_EVIDENCE_LOG);
    const auto* entry =
        reinterpret_cast<const brig_log_entry*>(ring.element(sequence % ring.count));
    const bool valid = entry->sequence == sequence &&
                       entry->checksum == brig_checksum(reinterpret_cast<const uint8_t*>(entry),
                                                        offsetof(brig_log_entry, checksum));
    return valid ? entry : nullptr;
}

std::string text_of(const brig_log_entry* entry) {
    return entry == nullptr ? "no entry" : std::string(entry->text, entry->length);
}

/// The number that the next entry will have.
uint64_t next_entry() {
    console::print("\n");
    for (uint64_t sequence = 1;; sequence++)
        if (log_entry(sequence) != nullptr && log_entry(sequence + 1) == nullptr)
            return sequence + 1;
}

} // namespace

TEST_CASE("evidence: every line of the console is in the ring") {
    test::Machine machine;
    begin_run();
    test::arch_state.counter_step = 0;
    test::arch_state.counter = 4711;
    const uint64_t first = next_entry();
    console::print("one {}\n\nthree", 1);
    CHECK(text_of(log_entry(first)) == "one 1");
    CHECK(log_entry(first)->time == 4711);
    CHECK(log_entry(first)->cpu == 0);
    CHECK(text_of(log_entry(first + 1)) == "");
    CHECK(log_entry(first + 2) == nullptr); // its end is not there yet

    arch::fake_cpu = &machine.cpu(2);
    console::put('x'); // a cell on another CPU, in the middle of the line
    console::put('\n');
    arch::fake_cpu = &machine.cpu(0);
    console::print(" and end\n");
    CHECK(text_of(log_entry(first + 2)) == "x");
    CHECK(log_entry(first + 2)->cpu == 2);
    CHECK(log_entry(first + 2)->flags == BRIG_LOG_CELL);
    CHECK(text_of(log_entry(first + 3)) == "three and end");
    CHECK(log_entry(first + 3)->flags == 0);
}

TEST_CASE("evidence: a long line goes on in the next entry") {
    const test::Machine machine;
    begin_run();
    const uint64_t first = next_entry();
    const std::string line(BRIG_LOG_TEXT_SIZE, 'a');
    console::print("{}\n", line.c_str());
    CHECK(log_entry(first)->flags == 0);
    CHECK(log_entry(first)->length == BRIG_LOG_TEXT_SIZE);
    console::print("{}b\n", line.c_str());
    CHECK(log_entry(first + 1)->flags == BRIG_LOG_CONTINUED);
    CHECK(text_of(log_entry(first + 2)) == "b");
    CHECK(log_entry(first + 2)->flags == 0);
}

TEST_CASE("evidence: the ring goes round") {
    const test::Machine machine;
    begin_run();
    const uint64_t first = next_entry();
    const uint64_t count = evidence::find(BRIG_EVIDENCE_LOG).count;
    for (uint64_t i = 0; i <= count; i++)
        console::print("{}\n", i);
    CHECK(log_entry(first) == nullptr);
    CHECK(text_of(log_entry(first + 1)) == "1");
    CHECK(text_of(log_entry(first + count)) == std::to_string(count));
}

TEST_CASE("evidence: a crash record") {
    test::Machine machine;
    begin_run();
    Cpu& cpu = machine.cpu(1);
    arch::fake_cpu = &cpu;
    arch::gic::fake.list_registers[2] = 0x50a0000000000021;
    Frame frame{};
    frame.x[30] = 30;
    const auto& record = *reinterpret_cast<const brig_crash_record*>(
        evidence::find(BRIG_EVIDENCE_CRASHES).element(1));
    CHECK(evidence::noted_assertion(cpu, "otherwise") == std::string("otherwise"));
    evidence::record_crash(cpu, frame, {BRIG_CRASH_CELL, 0x1000, 0x2000, "reason\nmore"});
    const auto valid = [&] {
        constexpr size_t covered = offsetof(brig_crash_record, kind);
        return record.magic == BRIG_CRASH_MAGIC && record.size == sizeof(record) &&
               record.checksum == brig_checksum(reinterpret_cast<const uint8_t*>(&record) + covered,
                                                sizeof(record) - covered);
    };
    CHECK(valid());
    CHECK(record.cpu == 1);
    CHECK(record.cell == 0);
    CHECK(std::string(record.cell_name) == "root");
    CHECK(std::string(record.reason) == "reason");
    CHECK(record.x[30] == 30);
    CHECK(record.pc == 0x1000);
    CHECK(record.esr_el2 == 0x93800046);
    CHECK(record.num_list_registers == 4);
    if constexpr (config::gicv3)
        CHECK(record.list_registers[2] == 0x50a0000000000021);

    if constexpr (config::exit_history) {
        CHECK(record.num_exits == 0);
        CHECK(history::init(cpu));
        for (uint64_t i = 1; i <= 100; i++)
            history::note(cpu, i, 0);
        evidence::record_crash(cpu, frame, {BRIG_CRASH_CELL, 0x1000, 0x2000, "reason"});
        CHECK(valid());
        CHECK(record.num_exits == BRIG_CRASH_EXITS);
        CHECK(record.exits[BRIG_CRASH_EXITS - 1].reason == 100);
    }

    evidence::note_assertion("n < 3", "exits.cpp", 12);
    CHECK_FALSE(valid());
    evidence::record_crash(cpu, frame,
                           {BRIG_CRASH_HYP, 0, 0, evidence::noted_assertion(cpu, "otherwise")});
    CHECK(valid());
    CHECK(std::string(record.reason) == "exits.cpp:12: assertion failed: n < 3");
    CHECK(record.count == (config::exit_history ? 3 : 2));
    CHECK(evidence::noted_assertion(cpu, "otherwise") == std::string("otherwise"));
}

TEST_CASE("evidence: the root cell may read both areas, and not write them") {
    test::Machine machine;
    PageTable::Mapping mapping;
    CHECK(sys.root.stage2.walk(kAreas.start, mapping));
    CHECK(mapping.physical == sys.zero_page); // the machine was booted without evidence
    sys.evidence = kAreas;
    sys.root.stage2.destroy();
    CHECK(control::create_root());
    for (uint64_t page = kAreas.start; page < kAreas.end(); page += kPageSize) {
        CHECK(sys.root.stage2.walk(page, mapping));
        CHECK(mapping.physical == page);
        CHECK(mapping.attributes == stage2_attributes(BRIG_MEM_READ));
    }
}
