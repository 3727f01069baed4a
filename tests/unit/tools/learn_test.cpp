// SPDX-License-Identifier: Apache-2.0
// `brig learn report`: records, logs, and what is made of them.
#include "board_support.hpp"
#include "support.hpp"

#include "learn/report.hpp"

#include <doctest/doctest.h>

#include <brig/config.h>

#include <cstring>
#include <fstream>
#include <memory>

#include "device/learn.hpp"
#include "util/error.hpp"

using namespace brig;
using namespace brig::learn;

namespace {

constexpr const char* board = R"(
    #address-cells = <2>;
    #size-cells = <2>;
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
    reserved-memory {
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        optee@7e000000 { reg = <0 0x7e000000 0 0x1000000>; no-map; };
    };
    firmware {
        scmi { compatible = "arm,scmi-smc"; arm,smc-id = <0x82000010>; };
    };
    soc {
        compatible = "simple-bus";
        #address-cells = <1>;
        #size-cells = <1>;
        ranges = <0 0 0xfd000000 0x1000000>;
        gpio@30000 { compatible = "acme,gpio"; reg = <0x30000 0x2000>; };
        a@40100 { compatible = "acme,a"; reg = <0x40100 0x100>; };
        b@40200 { compatible = "acme,b"; reg = <0x40200 0x100>; status = "disabled"; };
    };
)";

brig_learn_region region(uint64_t address, uint64_t size = 0x1000) {
    return {
        address & ~uint64_t{0xfff}, size, address, 0xffff800080001234, BRIG_LEARN_READ, 4, 1, 0};
}

Findings findings_for(const std::vector<brig_learn_region>& regions) {
    static const board::Tree tree = test::tree_of(board);
    Record record;
    record.regions = regions;
    return interpret(record, &tree);
}

Bytes bytes_of(const brig_learn_record& raw) {
    Bytes bytes(sizeof(raw));
    std::memcpy(bytes.data(), &raw, sizeof(raw));
    return bytes;
}

std::unique_ptr<brig_learn_record> raw_record() {
    auto raw = std::make_unique<brig_learn_record>();
    std::memcpy(raw->magic, BRIG_LEARN_MAGIC, sizeof(raw->magic));
    raw->version = BRIG_LEARN_VERSION;
    raw->size = sizeof(*raw);
    raw->on = 1;
    raw->num_regions = 1;
    raw->regions[0] = region(0x9030008);
    raw->num_calls = 1;
    raw->calls[0].function = 0x82000010;
    raw->calls[0].count = 3;
    return raw;
}

bool refused(const brig_learn_record& raw, const std::string& part) {
    try {
        parse_record(bytes_of(raw), "x.learn");
    } catch (const Error& error) {
        return std::string(error.what()).find(part) != std::string::npos;
    }
    return false;
}

std::string text_of(const Record& record, const Symbols& symbols = {}) {
    static const board::Tree tree = test::tree_of(board);
    return report_text(record, interpret(record, &tree), symbols);
}

} // namespace

TEST_CASE("learn: a record is read, damaged ones are not") {
    auto raw = raw_record();
    const Record record = parse_record(bytes_of(*raw), "x.learn");
    CHECK(record.on);
    CHECK(record.complete);
    REQUIRE(record.regions.size() == 1);
    CHECK(record.regions[0].address == 0x9030008);
    REQUIRE(record.calls.size() == 1);
    CHECK(record.calls[0].count == 3);
    CHECK(parse_record({}, "x").regions.empty());

    CHECK_THROWS_AS(parse_record(Bytes(100, 7), "x"), Error);
    Bytes cut = bytes_of(*raw);
    cut.resize(1000);
    CHECK_THROWS_AS(parse_record(cut, "x"), Error);
    const auto damaged = [&](auto change, const char* part) {
        auto copy = raw_record();
        change(*copy);
        CHECK(refused(*copy, part));
    };
    damaged([](auto& r) { r.version = 2; }, "version 2");
    damaged([](auto& r) { r.num_regions = 513; }, "damaged");
    damaged([](auto& r) { r.num_calls = ~0u; }, "damaged");
    damaged([](auto& r) { r.regions[0].start++; }, "damaged");
    damaged([](auto& r) { r.regions[0].size = 0; }, "damaged");
    damaged([](auto& r) { r.regions[0].size = ~uint64_t{0xfff}; }, "damaged");
    damaged([](auto& r) { r.regions[0].kind = 4; }, "damaged");
}

TEST_CASE("learn: a log of the console will do") {
    const Record record = parse_log("Initializing Brig hypervisor 0.1 on CPU 0\r\n"
                                    "Learn: root cell reads 0x1000(4), pc 0x1, CPU 0\r\n"
                                    "Initializing Brig hypervisor 0.1 on CPU 2\r\n"
                                    "WARNING: learn mode is on: cell \"root\" reaches\r\n"
                                    "[12:01] Learn: root cell writes 0x9030008(2), pc "
                                    "0xffff800080001234, CPU 3\r\n"
                                    "Learn: root cell walks 0x7e000000(0), pc 0x10, CPU 1\r\n"
                                    "Learn: root cell jumps 0x7e000000(0), pc 0x10, CPU 1\r\n"
                                    "Learn: root cell calls SMC 0x82000010, pc 0xffff, CPU 2\r\n"
                                    "Learn: root cell rea");
    CHECK_FALSE(record.complete);
    REQUIRE(record.regions.size() == 2); // of the last enable
    CHECK(record.regions[0].start == 0x9030000);
    CHECK(record.regions[0].address == 0x9030008);
    CHECK(record.regions[0].kind == BRIG_LEARN_WRITE);
    CHECK(record.regions[0].width == 2);
    CHECK(record.regions[0].pc == 0xffff800080001234);
    CHECK(record.regions[0].cpu == 3);
    CHECK(record.regions[1].kind == BRIG_LEARN_WALK);
    REQUIRE(record.calls.size() == 1);
    CHECK(record.calls[0].function == 0x82000010);
    CHECK(text_of(record).find("This comes from a log") != std::string::npos);
}

TEST_CASE("learn: a file is told apart by its content") {
    const TemporaryDirectory directory;
    const auto write = [&](const Bytes& content) {
        write_files(directory.path(), {{"file", content}});
        return load_record(directory.path() / "file");
    };
    CHECK(write(bytes_of(*raw_record())).complete);
    const std::string log = "Learn: root cell reads 0x1000(4), pc 0x1, CPU 0\n";
    CHECK_FALSE(write(Bytes(log.begin(), log.end())).complete);
    CHECK_THROWS_AS(write(Bytes{'x', '\n'}), Error);
}

TEST_CASE("learn: an access stands for the whole register block of its device") {
    const Findings found = findings_for({region(0xfd031008), region(0xfd030000)});
    REQUIRE(found.places.size() == 1);
    const Place& place = found.places[0];
    CHECK(partition_line(place) == "device@fd030000 { reg = <0x0 0xfd030000 0x0 0x00002000>; };");
    CHECK(place.nodes == std::vector<std::string>{"/soc/gpio@30000"});
    CHECK(place.pages == 2);
    CHECK(place.first.address == 0xfd031008);
}

TEST_CASE("learn: devices that share a page share the line") {
    const Findings found = findings_for({region(0xfd040200)});
    REQUIRE(found.places.size() == 1);
    CHECK(found.places[0].nodes == std::vector<std::string>{"/soc/a@40100", "/soc/b@40200"});
    CHECK(found.places[0].note == "disabled in the device tree");
    CHECK(found.places[0].pages == 1);
    CHECK(partition_line(found.places[0]) ==
          "device@fd040000 { reg = <0x0 0xfd040000 0x0 0x00001000>; };");
}

TEST_CASE("learn: what no device explains: RAM, reservations, nothing") {
    const Findings found =
        findings_for({region(0x4000123450), region(0x50000000, 0x3000), region(0x7e000010),
                      region(0x50003000), region(0x4000124000), region(0xfd02f000, 0x2000)});
    REQUIRE(found.places.size() == 5);
    CHECK(partition_line(found.places[0]) ==
          "memory@50000000 { reg = <0x0 0x50000000 0x0 0x00004000>; };");
    CHECK(found.places[0].note.find("RAM") == 0);
    CHECK(found.places[0].pages == 4);
    CHECK(found.places[1].nodes == std::vector<std::string>{"/reserved-memory/optee@7e000000"});
    CHECK(found.places[1].note.find("reserved memory") == 0);
    CHECK(found.places[2].nodes.empty()); // up to the register block behind it
    CHECK(found.places[2].range.text() == "0xfd02f000-0xfd02ffff");
    CHECK(found.places[3].nodes.size() == 1);
    CHECK(partition_line(found.places[4]) ==
          "device@4000123000 { reg = <0x40 0x00123000 0x0 0x00002000>; };");
}

TEST_CASE("learn: without a tree every page stands for itself") {
    Record record;
    record.regions = {region(0xfd030000), region(0x50000000)};
    const Findings found = interpret(record, nullptr);
    REQUIRE(found.places.size() == 2);
    CHECK(partition_line(found.places[0]) ==
          "device@50000000 { reg = <0x0 0x50000000 0x0 0x00001000>; };");
}

TEST_CASE("learn: the lines are those of the partition language") {
    const std::string line = partition_line(findings_for({region(0x4000123450)}).places.at(0));
    const Bytes machine = read_file(BRIG_TREE "/bsp/qemu-virt/machine.dtsi", "machine");
    const std::string source =
        "/dts-v1/;\n" + test::replaced(std::string(machine.begin(), machine.end()),
                                       "\"qemu-virt.dtb\"", "\"" BRIG_BOARD_TREE "\"");
    CHECK(test::findings_of(source + "/ { cells { }; };\n") == "");
    CHECK(test::findings_of(source + "/ { root { " + line + " }; cells { }; };\n") == "");
}

TEST_CASE("learn: firmware calls become rules") {
    Record record;
    brig_learn_call known{};
    known.function = 0x82000010;
    known.count = 2;
    known.pc = 0xffff800080001234;
    known.arguments[0] = 5;
    known.returned = 1;
    brig_learn_call unknown{};
    unknown.function = 0x32000001;
    unknown.count = 1;
    record.calls = {known, unknown};
    record.lost_pages = 3;
    const std::string text = text_of(record, {{0xffff800080001234, "smc_send_message+0x24"}});
    CAPTURE(text);
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    CHECK(has("{0x82000010, 0x82000010, SmcAction::forward, SmcCaller::root, "
              "\"/firmware/scmi\"},"));
    CHECK(has("// SiP call, 2 times, first by smc_send_message+0x24; x1 0x5, x2 0x0, x3 0x0: "
              "answered 0x0"));
    CHECK(has("{0x32000001, 0x32000001, SmcAction::forward, SmcCaller::root, \"seen in learn"));
    CHECK(has("// Trusted OS call, 1 time, first by 0x0 (user space); x1 0x0"));
    CHECK(has("answer unknown"));
    CHECK(text.find("0x32000001") < text.find("0x82000010")); // as the table is sorted
    CHECK(has("3 more pages and 0 more calls found no room"));
}

TEST_CASE("learn: the report in words and in JSON") {
    Record record;
    CHECK(text_of(record) == "Nothing has been learned.\n");
    record.on = true;
    CHECK(text_of(record).find("Nothing has been learned yet") == 0);
    record.regions = {region(0xfd030008)};
    record.regions[0].width = 1;
    CHECK(text_of(record, {{0xffff800080001234, "gpio_probe+0x10 [gpio_acme]"}}) ==
          "Lines for the node `root` of the partition file:\n\n"
          "// /soc/gpio@30000\n"
          "// first read of 1 byte at 0xfd030008 by gpio_probe+0x10 [gpio_acme]\n"
          "device@fd030000 { reg = <0x0 0xfd030000 0x0 0x00002000>; };\n\n");
    const auto json = report_json(record, interpret(record, nullptr), {});
    CHECK(json["on"] == true);
    CHECK(json["places"][0]["address"] == 0xfd030000);
    CHECK(json["places"][0]["first"]["kind"] == "read");
    CHECK(json["places"][0]["line"] ==
          "device@fd030000 { reg = <0x0 0xfd030000 0x0 0x00001000>; };");
    CHECK(json["calls"].empty());
}

TEST_CASE("learn: names of kernel functions") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "kallsyms";
    std::ofstream(file) << "ffff800080000000 T _text\n"
                           "ffff800080001000 t gpio_probe\n"
                           "ffff800080001100 d data\n"
                           "ffff800080002000 t remove [gpio_acme]\n"
                           "garbage\n";
    const Symbols found =
        find_symbols(file, {0x1234, 0xffff800080001234, 0xffff800080002004, 0xffff800090000000});
    CHECK(found.size() == 2);
    CHECK(found.at(0xffff800080001234) == "gpio_probe+0x234");
    CHECK(found.at(0xffff800080002004) == "remove+0x4 [gpio_acme]");
    std::ofstream(file) << "0000000000000000 T _text\n"; // as an unprivileged user sees it
    CHECK(find_symbols(file, {0x1234}).empty());
    CHECK(find_symbols("/nonexistent", {0x1234}).empty());
}

TEST_CASE("learn: enabling with it sets a flag in the file's copy") {
    Bytes config = test::file_of(test::compile_text(test::good_partition()), "root.cell");
    const Bytes before = config;
    device::request_learn_mode(config, "root.cell");
    CHECK(config[8 + 3] == 0x80);
    config[8 + 3] = before[8 + 3];
    CHECK(config == before);
    Bytes other(20, 0);
    CHECK_THROWS_AS(device::request_learn_mode(other, "x"), Error);
}
