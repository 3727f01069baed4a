// SPDX-License-Identifier: Apache-2.0
// What `brig log` makes of memory: whole, damaged, old.
#include "evidence/boot_stages.hpp"
#include "evidence/report.hpp"
#include "evidence/run.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>

using namespace brig;
using namespace brig::evidence;

namespace {

constexpr uint64_t area_size = 0x10000;
constexpr uint64_t crash_stride = 8192;
constexpr uint64_t log_offset = 0x8000;
constexpr uint64_t log_count = 16;

uint32_t checksum(const void* start, size_t size) {
    return brig_checksum(static_cast<const uint8_t*>(start), size);
}

// An area of two CPUs, as the hypervisor leaves it.
class Area {
public:
    explicit Area(uint64_t run = 1) : memory(area_size) {
        header.version = BRIG_EVIDENCE_VERSION;
        std::memcpy(header.magic, BRIG_EVIDENCE_MAGIC, sizeof(header.magic));
        header.header_size = sizeof(header);
        header.size = area_size;
        header.run = run;
        header.begin = 1000;
        header.frequency = 1000;
        header.image = 0x7fc00000;
        header.unix_time = 1700000000;
        header.max_cpus = 2;
        header.num_parts = 5;
        std::strcpy(header.board, "qemu-virt");
        header.parts[0] = {BRIG_EVIDENCE_STAGES, BRIG_STAGES_STRIDE, BRIG_STAGES_OFFSET, 2};
        header.parts[1] = {BRIG_EVIDENCE_LOG, sizeof(brig_log_entry), log_offset, log_count};
        header.parts[2] = {BRIG_EVIDENCE_CRASHES, crash_stride, 0xa000, 2};
        header.parts[3] = {1234, 8, 0x3000, 4}; // of a later version
        header.parts[4] = {BRIG_EVIDENCE_EXITS, 4 * sizeof(brig_exit), 0x4000, 2};
        seal();
    }

    void seal() {
        header.checksum = checksum(&header, offsetof(brig_evidence_header, checksum));
        std::memcpy(memory.data(), &header, sizeof(header));
    }

    void log(const std::string& text, unsigned cpu = 0, uint8_t flags = 0) {
        brig_log_entry entry{};
        entry.sequence = ++last;
        entry.time = 1000 + last;
        entry.cpu = static_cast<uint16_t>(cpu);
        entry.length = static_cast<uint8_t>(text.size());
        entry.flags = flags;
        std::memcpy(entry.text, text.data(), text.size());
        entry.checksum = checksum(&entry, offsetof(brig_log_entry, checksum));
        std::memcpy(memory.data() + at(last), &entry, sizeof(entry));
    }

    static uint64_t at(uint64_t sequence) {
        return log_offset + sequence % log_count * sizeof(brig_log_entry);
    }

    void stage(unsigned cpu, uint32_t stage, int32_t error = 0) {
        brig_boot_stages stages{};
        stages.stage = stage;
        stages.error = error;
        stages.times[stage] = 1500;
        std::memcpy(memory.data() + BRIG_STAGES_OFFSET + cpu * BRIG_STAGES_STRIDE, &stages,
                    sizeof(stages));
    }

    void crash(unsigned cpu, uint32_t kind, const char* reason, const char* cell) {
        auto record = std::make_unique<brig_crash_record>();
        record->magic = BRIG_CRASH_MAGIC;
        record->size = sizeof(*record);
        record->kind = kind;
        record->cpu = cpu;
        record->count = 1;
        record->time = 2000;
        std::strcpy(record->reason, reason);
        std::strcpy(record->cell_name, cell);
        for (unsigned i = 0; i < 31; i++)
            record->x[i] = i;
        record->pc = record->elr_el2 = 0x40001234;
        record->sp = 0x4000ff00;
        record->spsr_el2 = 0x3c5;
        record->esr_el2 = 0x93800046;
        record->far_el2 = 0x1234;
        record->num_list_registers = 2;
        record->list_registers[1] = 0x50a0000000000021;
        record->num_exits = 2;
        record->exits[0] = {1900, 0x40001000, 27, 0, 0, 0, 0, {}};
        record->exits[1] = {2000, 0x40001234, 0x93800046, 0, 0x9234, 0, 0, {}};
        constexpr size_t covered = offsetof(brig_crash_record, kind);
        record->checksum = checksum(reinterpret_cast<const uint8_t*>(record.get()) + covered,
                                    sizeof(*record) - covered);
        std::memcpy(memory.data() + 0xa000 + cpu * crash_stride, record.get(), sizeof(*record));
    }

    Run read() const {
        const std::vector<Run> runs = find_runs(memory);
        REQUIRE(runs.size() == 1);
        return runs[0];
    }

    brig_evidence_header header{};
    Bytes memory;
    uint64_t last = 0;
};

std::string texts(const Run& run) {
    std::string all;
    for (const LogLine& line : run.lines)
        all += line.text + "|";
    return all;
}

} // namespace

TEST_CASE("evidence: both areas of a memory, the newest first, wherever the copy begins") {
    Area older(4), newer(5);
    Bytes memory(24);
    memory.insert(memory.end(), older.memory.begin(), older.memory.end());
    memory.insert(memory.end(), newer.memory.begin(), newer.memory.end());
    const std::vector<Run> runs = find_runs(memory);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].header.run == 5);
    CHECK(runs[1].header.run == 4);
    CHECK(runs[1].board == "qemu-virt");
    CHECK(runs[1].complete);
}

TEST_CASE("evidence: a damaged header counts, and is not believed") {
    Area area;
    area.memory[40] ^= 1;
    CHECK(find_runs(area.memory).empty());
    CHECK(count_damaged(area.memory) == 1);
    CHECK(find_runs({}).empty());
    CHECK(find_runs(Bytes(100000)).empty());
    CHECK(count_damaged(Bytes(100000)) == 0);
}

TEST_CASE("evidence: a header that is valid and lies does not lead out of the memory") {
    Area area;
    area.header.num_parts = BRIG_EVIDENCE_MAX_PARTS;
    area.header.parts[0] = {BRIG_EVIDENCE_STAGES, BRIG_STAGES_STRIDE, ~uint64_t{0}, 2};
    area.header.parts[1] = {BRIG_EVIDENCE_LOG, sizeof(brig_log_entry), 0, ~uint64_t{0}};
    area.header.parts[2] = {BRIG_EVIDENCE_CRASHES, 0, 0x1000, 4};
    area.header.parts[4] = {BRIG_EVIDENCE_LOG, 8, 0x8000, 16};
    area.header.parts[5] = {BRIG_EVIDENCE_LOG, sizeof(brig_log_entry), area_size, 0};
    area.seal();
    const Run run = area.read();
    CHECK(run.lines.empty());
    CHECK(run.stages.empty());
    CHECK(run.crashes.empty());
    area.header.num_parts = BRIG_EVIDENCE_MAX_PARTS + 1;
    area.seal();
    CHECK(find_runs(area.memory).empty());
}

TEST_CASE("evidence: a copy that ends early gives what it has") {
    Area area;
    area.stage(1, BRIG_STAGE_MMU);
    area.log("first");
    area.memory.resize(0x6000);
    const Run run = area.read();
    CHECK_FALSE(run.complete);
    CHECK(run.stages.size() == 1);
    CHECK(run.lines.empty());
    CHECK(report_text(run).find("The copy ends before the area does") != std::string::npos);
}

TEST_CASE("evidence: log lines in order, those of two CPUs apart") {
    Area area;
    area.log("one");
    area.log("a long ", 0, BRIG_LOG_CONTINUED);
    area.log("other", 1, BRIG_LOG_CELL);
    area.log("line", 0);
    area.log("begun", 1, BRIG_LOG_CONTINUED);
    const Run run = area.read();
    CHECK(texts(run) == "one|a long line|other|begun|");
    CHECK(run.lines[1].cpu == 0);
    CHECK(run.lines[2].cell);
    CHECK(run.lines[3].open);
    CHECK(run.overwritten == 0);
    CHECK(run.damaged == 0);
    CHECK(line_text(run, run.lines[1]) == "[    0.002000][   C0] a long line\n");
}

TEST_CASE("evidence: a ring that went round tells what it lost") {
    Area area;
    for (unsigned i = 1; i <= log_count; i++)
        area.log(std::to_string(i));
    CHECK(area.read().overwritten == 0);
    for (unsigned i = log_count + 1; i <= 40; i++)
        area.log(std::to_string(i));
    Run run = area.read();
    CHECK(run.overwritten == 24);
    CHECK(run.lines.size() == 16);
    CHECK(run.lines.front().text == "25");
    CHECK(run.lines.back().text == "40");

    area.memory[Area::at(30) + 40] ^= 0x80;                    // a bit that fell over
    std::memset(area.memory.data() + Area::at(32), 0, 8);      // being written
    std::memset(area.memory.data() + Area::at(35), 0xff, 128); // a line that was never written back
    run = area.read();
    CHECK(run.overwritten == 24);
    CHECK(run.damaged == 3);
    CHECK(run.lines.size() == 13);
    CHECK(report_text(run).find("24 older log entries were overwritten") != std::string::npos);
    CHECK(report_text(run).find("3 log entries did not survive") != std::string::npos);
}

TEST_CASE("evidence: what boot stages say") {
    Area area;
    CHECK(verdict(area.read()) == "no CPU has left a boot stage.");
    area.stage(0, BRIG_STAGE_LINUX);
    area.stage(1, BRIG_STAGE_LINUX);
    CHECK(verdict(area.read()) == "the takeover was complete; all CPUs ran under Brig.");
    area.stage(0, BRIG_STAGE_FOLLOW);
    area.stage(1, BRIG_STAGE_TABLES);
    CHECK(
        verdict(area.read()) ==
        "the takeover did not end. CPU 1: building EL2's page tables, MMU off; CPU 0: waiting for "
        "the primary CPU to build EL2's tables.");
    area.stage(0, BRIG_STAGE_ENTERED);
    area.stage(1, BRIG_STAGE_ENTERED);
    CHECK(verdict(area.read()).find("(look for a CPU that is missing") != std::string::npos);
    area.stage(0, BRIG_STAGE_RELEASED, -12);
    area.stage(1, BRIG_STAGE_RELEASED);
    CHECK(verdict(area.read()).find("enabling was refused (Cannot allocate memory on CPU 0)") == 0);
    area.stage(0, BRIG_STAGE_RELEASED);
    CHECK(verdict(area.read()).find("Brig was disabled") == 0);
    area.stage(1, BRIG_STAGE_RELEASE);
    area.stage(0, BRIG_STAGE_DISABLE);
    CHECK(verdict(area.read()).find("disabling did not end") == 0);
    area.stage(1, 29);
    CHECK(report_text(area.read()).find("this tool does not know") != std::string::npos);
    for (uint32_t stage = 0; stage <= BRIG_STAGE_RELEASED; stage++)
        CHECK(stage_words(stage).name != "unknown");
}

TEST_CASE("evidence: a crash record is the dump of the console, and more") {
    Area area;
    area.crash(1, BRIG_CRASH_CELL, "Unhandled data write at 0x9000(4)", "fault");
    Run run = area.read();
    REQUIRE(run.crashes.size() == 1);
    std::string text = report_text(run);
    CAPTURE(text);
    for (const char* part :
         {"Crash record of CPU 1, 1.000000 s:\nUnhandled data write at 0x9000(4)\n"
          "FATAL: unhandled trap (exception class 0x24)\nCell state before exception:\n"
          " pc: 0000000040001234   lr: 000000000000001e spsr: 000003c5     EL1\n"
          " sp: 000000004000ff00  elr: 0000000040001234  esr: 24 1 1800046\n"
          " x0: 0000000000000000   x1: 0000000000000001   x2: 0000000000000002\n",
          " x9: 0000000000000009  x10: 000000000000000a  x11: 000000000000000b\n",
          "Parking CPU 1 (Cell: \"fault\")\n", "FAR_EL2        0000000000001234",
          "ICH_LR1        50a0000000000021"})
        CHECK(text.find(part) != std::string::npos);
    CHECK(text.find("ICH_LR0") == std::string::npos);
    CHECK(text.find("The last 2 exits, the fatal one at the end:\n"
                    "      0.900000  pc 0000000040001000  interrupt 27") != std::string::npos);
    CHECK(text.find("      1.000000  pc 0000000040001234  write 0x9234\n") != std::string::npos);

    area.crash(0, BRIG_CRASH_HYP, "exits.cpp:12: assertion failed: n < 3", "");
    text = report_text(area.read());
    CHECK(text.find("exits.cpp:12: assertion failed: n < 3\nFATAL: Unhandled HYP exception") !=
          std::string::npos);
    CHECK(text.find("FAR_EL2: 0000000000001234\nStopping CPU 0 (Cell: \"<UNSET>\")") !=
          std::string::npos);

    area.memory[0xa000 + 600] ^= 4;
    run = area.read();
    CHECK(run.crashes.size() == 1);
    CHECK(run.damaged_crashes == std::vector<unsigned>{0});
    CHECK(report_text(run).find("The crash record of CPU 0 did not survive") != std::string::npos);
}

TEST_CASE("evidence: the last exits of each CPU, by time") {
    Area area;
    CHECK(report_text(area.read(), true).find("Last exits") == std::string::npos);
    for (const uint64_t i : std::initializer_list<uint64_t>{
             0, 1, 3}) { // the ring of CPU 1 has gone round to element 1
        const brig_exit exit{.time = 1100 + (i + 2) % 4, .pc = i, .reason = 27};
        std::memcpy(area.memory.data() + 0x4000 + (4 + i) * sizeof(exit), &exit, sizeof(exit));
    }
    const Run run = area.read();
    REQUIRE(run.exits.size() == 1);
    const std::vector<brig_exit>& exits = run.exits.at(1);
    REQUIRE(exits.size() == 3);
    CHECK(exits[0].pc == 3);
    CHECK(exits[2].pc == 1);
    CHECK(report_text(run, true).find("Last exits of CPU 1:\n      0.101000  pc 000000000000"
                                      "0003  interrupt 27") != std::string::npos);
    CHECK(report_text(run).find("Last exits") == std::string::npos);
    CHECK(report_json(run)["exits"][0]["exits"].size() == 3);
}

TEST_CASE("evidence: as JSON") {
    Area area(7);
    area.log("hello \xff");
    area.stage(1, BRIG_STAGE_FIRMWARE, -5);
    area.crash(1, BRIG_CRASH_CELL, "reason", "fault");
    const auto json = report_json(area.read());
    CHECK(json["run"] == 7);
    CHECK(json["log"]["lines"][0]["text"] == "hello ?");
    CHECK(json["log"]["lines"][0]["seconds"] == 0.001);
    CHECK(json["stages"][0]["stage"] == "firmware");
    CHECK(json["stages"][0]["error"] == -5);
    CHECK(json["stages"][0]["seconds"]["firmware"] == 0.5);
    CHECK(json["crashes"][0]["kind"] == "cell-exception");
    CHECK(json["crashes"][0]["system"]["ESR_EL2"] == 0x93800046);
    CHECK(json["crashes"][0]["x"].size() == 31);
    CHECK(json["crashes"][0]["exits"].size() == 2);
}
