// SPDX-License-Identifier: Apache-2.0
// What else brig decode reads: compiled configurations, and the crash records of `brig log`.
#include "decode/address_book.hpp"
#include "decode/decoder.hpp"
#include "decode/report.hpp"
#include "support.hpp"
#include "util/error.hpp"
#include "util/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace brig;
using namespace brig::decode;

namespace {

std::vector<Explained> decode_text(const std::string& text, const SourceFiles& files = {},
                                   bool live = false) {
    static const Knowledge knowledge = Knowledge::standard();
    Decoder decoder(knowledge, files, live);
    std::vector<Explained> events;
    const auto take = [&](std::vector<Explained> more) {
        for (Explained& event : more)
            events.push_back(std::move(event));
    };
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        take(decoder.feed(line));
    take(decoder.finish());
    return events;
}

std::string first_cause(const Explained& explained) {
    return explained.causes.empty() ? "" : explained.causes[0].entry->id;
}

std::string access_to(uint64_t address, const std::string& cell) {
    return fmt::format("Unhandled data read at {:#x}(4)\n\n"
                       "FATAL: unhandled trap (exception class 0x24)\n"
                       "Cell state before exception:\n"
                       " pc: 0000000000001234   lr: 0000000000001200 spsr: 60000005     EL1\n"
                       " sp: 0000000000010000  elr: 0000000000001234  esr: 24 1 1820006\n"
                       "Parking CPU 1 (Cell: \"{}\")\n",
                       address, cell);
}

const char* const kRecord = R"(
Boot stages: Brig runs.
  CPU 0       0.019482 s  stage 12: Linux goes on

Crash record of CPU 3, 12.250000 s:
FATAL: forbidden access (exception class 0x20)
Cell state before exception:
 pc: 00000000fe640000   lr: 000000000000001e spsr: 000003c5     EL1
 sp: 000000004000ff00  elr: 00000000fe640000  esr: 20 1 0000006
 x0: 0000000000000000   x1: 0000000000000001   x2: 0000000000000002
Parking CPU 3 (Cell: "fault")
  ESR_EL2        0000000082000006  ELR_EL2        00000000fe640000  SPSR_EL2       00000000000003c5
  FAR_EL2        00000000fe640000  HPFAR_EL2      0000000000fe6400  HCR_EL2        0000000080080019
  SCTLR_EL1      0000000030d00801  ESR_EL1        0000000096000046  FAR_EL1        0000000000000010
  ICH_LR1        50a0000000000021
  The last 2 exits, the fatal one at the end:
     12.200000  pc 0000000040001000  interrupt 27 (virtual timer)
     12.250000  pc 00000000fe640000  instruction fetch at 0xfe640000

Crash record of CPU 1, 13.000000 s:
exits.cpp:12: assertion failed: n < 3
FATAL: Unhandled HYP exception: synchronous abort from EL2
 pc: 000000007fc01234   lr: 000000000000001e spsr: 000003c9     EL2
 sp: 000000007fc20c00  elr: 000000007fc01234  esr: 3c 1 0000001
FAR_EL2: 0000000000001234
Stopping CPU 1 (Cell: "<UNSET>")
  ESR_EL2        00000000f2000001  ELR_EL2        000000007fc01234  HCR_EL2        0000000080080019
)";

} // namespace

TEST_CASE("an address by the configurations: region, hole, the hypervisor's, somebody else's") {
    TemporaryDirectory directory;
    write_files(directory.path(), test::compile_text(test::good_partition()).files);
    SourceFiles files;
    for (const char* name : {"root.cell", "one.cell", "two.cell"})
        files.configs.push_back(directory.path() / name);
    const auto explain = [&](uint64_t address, const std::string& cell) {
        const auto events = decode_text(access_to(address, cell), files);
        REQUIRE(events.size() == 1);
        REQUIRE(events[0].event.address);
        CHECK(report_json(events[0])["address"]["region"] == events[0].event.address->region);
        CHECK(report_text(events[0], false).find("\n  address ") != std::string::npos);
        return *events[0].event.address;
    };
    CHECK(explain(0x1000, "one").region == "in region 0x0-0xffff of cell \"one\" (read, write and "
                                           "execute), at 0x70001000 of the host");
    CHECK(explain(0x9000010, "one").region ==
          "in no region of cell \"one\", but in 0x9000000-0x9000fff of cell \"root\"");
    CHECK(explain(0x70100004, "one").region.find("of cell \"two\"") != std::string::npos);
    CHECK(explain(0x70100004, "root")
              .region.ends_with(
                  "(read, write and execute), which cell \"two\" takes while it exists"));
    CHECK(explain(0xa000000, "root").region == "in no region of cell \"root\"");
    CHECK(explain(0xa000000, "root").kind.empty()); // without a tree nobody knows what is there
    const AddressInfo inside = explain(0x7fc00010, "root");
    CHECK(inside.kind == "hypervisor");
    CHECK(inside.region.find("in the hypervisor's memory") != std::string::npos);

    files.tree = BRIG_BOARD_TREE;
    CHECK(explain(0x6000000000, "root").kind == "hole");
    CHECK(explain(0x1000, "one").kind == "ram"); // by where it is on the host
    files.configs = {directory.path() / "map.txt"};
    CHECK_THROWS_AS(decode_text("", files), Error);
}

TEST_CASE("crash records: EL2's registers and the last exits behind the dump") {
    const auto events = decode_text(kRecord);
    REQUIRE(events.size() == 2);
    const Event& cell = events[0].event;
    CHECK(cell.kind == "cell-exception");
    CHECK(cell.cpu == 3);
    CHECK(cell.time == 12.25);
    CHECK(cell.cell == "fault");
    CHECK(cell.far == 0xfe640000);
    CHECK(cell.hpfar == 0xfe6400);
    CHECK(cell.ipa == 0xfe640000);
    CHECK(cell.system.at("HCR_EL2") == 0x80080019);
    CHECK(cell.system.at("ICH_LR1") == 0x50a0000000000021);
    REQUIRE(cell.exits.size() == 2);
    CHECK(cell.exits[0].reason == "interrupt 27 (virtual timer)");
    CHECK(cell.exits[1].pc == 0xfe640000);
    CHECK(report_json(events[0])["system"]["SCTLR_EL1"] == 0x30d00801);
    const std::string text = report_text(events[0], false);
    CAPTURE(text);
    CHECK(text.find("EL1: MMU on, its last exception: data abort") != std::string::npos);
    CHECK(text.find("    12.200000 s  pc 0x40001000  interrupt 27") != std::string::npos);

    const Event& core = events[1].event;
    CHECK(core.kind == "hyp-exception");
    CHECK(core.cpu == 1);
    CHECK(core.system.at("ESR_EL2") == 0xf2000001);
    CHECK(core.exits.empty());
    CHECK(first_cause(events[1]) == "assertion");
}

TEST_CASE("a stall that another CPU reports gets its cause from the stalled CPU's own report") {
    std::ifstream stream(std::string(BRIG_TREE) + "/tests/lab/data/scmi-not-forwarded-5.10.txt");
    REQUIRE(stream);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto events = decode_text(text);
    REQUIRE(events.size() == 3);
    for (const Explained& explained : events) {
        CHECK(explained.event.cpu == 0);
        CHECK(first_cause(explained) == "scmi-not-forwarded");
    }
    CHECK(events[0].event.symbol == "__switch_to+0x80/0xc0");
    CHECK(events[0].causes[0].confidence < events[2].causes[0].confidence);
    // While it happens nobody knows yet; afterwards one does.
    std::string later = text; // by 100 s
    for (size_t at = 0; (at = later.find("[   ", at)) != later.npos; at++)
        later.replace(at, 4, "[  1");
    const auto live = decode_text(text + later, {}, true);
    REQUIRE(live.size() == 6);
    CHECK(first_cause(live[0]) == "stall-without-stack");
    CHECK(first_cause(live[2]) == "scmi-not-forwarded");
    CHECK(first_cause(live[3]) == "scmi-not-forwarded");
}

TEST_CASE("names of link time and KASLR: by the vectors of a crash record, else said") {
    TemporaryDirectory directory;
    SourceFiles files;
    files.system_map = directory.path() / "System.map";
    write_file(files.system_map, "ffff800008000000 T _text\nffff800008010800 T vectors\n"
                                 "ffff800008020000 T its_send_single_command\n"
                                 "ffff800009000000 D _etext\n");
    const std::string dump = "Crash record of CPU 1, 1.000000 s:\n"
                             "FATAL: unhandled trap (exception class 0x24)\n"
                             "Cell state before exception:\n"
                             " pc: ffffa00018020044   lr: ffffa00018020010 spsr: 60000005     EL1\n"
                             "Parking CPU 1 (Cell: \"root\")\n"
                             "  VBAR_EL1       {}\n";
    const auto decoded = [&](const char* vectors) {
        auto events = decode_text(fmt::format(fmt::runtime(dump), vectors), files);
        REQUIRE(events.size() == 1);
        return events[0];
    };
    CHECK(decoded("ffffa00018010800").event.symbol == "its_send_single_command+0x44");
    CHECK(report_json(decoded("ffffa00018010800"))["note"].is_null());
    const Explained lost = decoded("fffffbfffdbf9400"); // KPTI's
    CHECK(lost.event.symbol.empty());
    CHECK(report_text(lost, false).find("  note: pc has no name") != std::string::npos);
    CHECK(report_json(lost)["note"].is_string());

    // Only _stext is in both.
    write_file(files.system_map, "ffff800008000000 T _text\nffff800008010000 T _stext\n"
                                 "ffff800008020000 T its_send_single_command\n");
    files.kallsyms = directory.path() / "kallsyms";
    write_file(files.kallsyms, "ffffa00018010000 T _stext\nffffa00018f00000 t last_one\n"
                               "ffffa00019000000 D _etext\n");
    const Explained moved = decoded("fffffbfffdbf9400");
    CHECK(moved.event.symbol == "its_send_single_command+0x44");
    CHECK(moved.event.where == "Linux text");
}
