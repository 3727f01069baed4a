// SPDX-License-Identifier: Apache-2.0
#include "board_support.hpp"
#include "config/checks.hpp"
#include "config/partition.hpp"
#include "map/map.hpp"
#include "map/render.hpp"
#include "support.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <sstream>

using namespace brig;
using namespace brig::map;

namespace {

struct Source {
    config::Partition partition;
    Map map;
};

Source mapped(const std::string& text, const board::Names& board = {}) {
    TemporaryDirectory directory;
    write_file(directory.path() / "test.dts", text);
    Source source;
    source.partition =
        config::read_partition(config::load_device_tree(directory.path() / "test.dts", {}).blob);
    REQUIRE(source.partition.findings.empty());
    source.map =
        make_map({source.partition.configuration, source.partition.reserved, board,
                  check(source.partition.configuration, config::partition_words()), "test"});
    return source;
}

const Piece& at(const Map& map, uint64_t address) {
    for (const auto& piece : map.pieces)
        if (piece.range.contains(address))
            return piece;
    FAIL("nothing at ", address);
    return map.pieces[0];
}

// Ascending, without gaps, from 0.
void check_complete(const Map& map) {
    REQUIRE(!map.pieces.empty());
    CHECK(map.pieces.front().range.first == 0);
    for (size_t i = 0; i < map.pieces.size(); i++) {
        CHECK(map.pieces[i].range.first <= map.pieces[i].range.last);
        if (i > 0)
            CHECK(map.pieces[i].range.first == map.pieces[i - 1].range.last + 1);
    }
}

Hold hold(const Map& map, uint64_t address, size_t owner) {
    const Claim* claim = at(map, address).claim_of(owner);
    REQUIRE_MESSAGE(claim, map.owners[owner].name, " has nothing at ", address);
    return claim->hold;
}

constexpr size_t one = first_cell;
constexpr size_t two = first_cell + 1;

bool contains(const std::string& text, const std::string& part) {
    bool found = text.find(part) != std::string::npos;
    if (!found)
        MESSAGE("not found: ", part, "\nin:\n", text);
    return found;
}

} // namespace

TEST_CASE("every address has one piece with its owners") {
    Map map = mapped(test::good_partition()).map;
    check_complete(map);
    CHECK(map.faults.empty());
    CHECK(map.owners.size() == 4);
    CHECK(at(map, 0x1000).kind == Kind::Hole);
    CHECK(at(map, 0x8000000).kind == Kind::Trapped);
    CHECK(at(map, 0x8000000).names == std::vector<std::string>{"the distributor (GICD)"});
    CHECK(at(map, 0x8011000).kind == Kind::Hole);
    CHECK(at(map, 0x80a0000 + 4 * 0x20000 - 1).kind == Kind::Trapped);
    CHECK(at(map, 0x80a0000 + 4 * 0x20000).kind == Kind::Hole);
    CHECK(at(map, 0x9000fff).kind == Kind::Device);
    CHECK(at(map, 0x7fc00000).kind == Kind::Hypervisor);
    CHECK(hold(map, 0x7fc00000, hypervisor) == Hold::Owns);
    CHECK(hold(map, 0x40000000, root) == Hold::Owns);
    CHECK(at(map, 0x70000000).range.text() == "0x70000000-0x7000ffff");
    CHECK(hold(map, 0x70000000, root) == Hold::Lends);
    CHECK(hold(map, 0x70000000, one) == Hold::Owns);
    CHECK(at(map, 0x70000000).claim_of(one)->guest == 0);
    CHECK(at(map, 0x70010000).claims.size() == 1);
    CHECK(piece_text(map, at(map, 0x70000000)) == "RAM of one, guest 0x0, loadable");
}

TEST_CASE("CPUs and interrupts go to cells, the rest is the root cell's") {
    Map map = mapped(test::good_partition()).map;
    REQUIRE(map.cpus.size() == 4);
    CHECK(map.cpus[0].owners == std::vector<size_t>{root});
    CHECK(map.cpus[1].owners == std::vector<size_t>{one});
    CHECK(map.cpus[2].owners == std::vector<size_t>{two});
    REQUIRE(map.interrupts.size() == 4); // 32-39, 40, 41, 42-287
    CHECK(map.interrupts[0].last == 39);
    CHECK(map.interrupts[1].owners == std::vector<size_t>{one});
    CHECK(map.interrupts[2].first == 41);
    CHECK(map.interrupts[3].last == 287);
}

TEST_CASE("sharing on purpose, emulation, and cells that exclude each other are no faults") {
    std::string text = test::replaced(test::good_partition(), "interrupts = <40>;",
                                      "interrupts = <40>; memory@71000000 { reg = <0x71000000 "
                                      "0x1000>; root-shared; }; device@9000100 { reg = <0x9000100 "
                                      "0x100>; io-32; };");
    text = test::replaced(text, "interrupts = <41>;",
                          "interrupts = <41>; memory@71000000 { reg = <0x71000000 0x1000>; "
                          "root-shared; };");
    Map map = mapped(text).map;
    check_complete(map);
    CHECK(map.faults.empty());
    for (size_t owner : {root, one, two})
        CHECK(hold(map, 0x71000000, owner) == Hold::Shares);
    CHECK(hold(map, 0x9000100, one) == Hold::Emulated);
    CHECK(hold(map, 0x9000000, root) == Hold::Owns);

    text = test::replaced(test::good_partition(), "reg = <0x70100000", "reg = <0x70000000");
    text = test::replaced(text, "memory@70100000", "memory@70000000");
    text = test::replaced(text, "cpus = <2>;", "cpus = <1>; excludes = \"one\";");
    map = mapped(text).map;
    CHECK(map.faults.empty());
    CHECK(at(map, 0x70000000).faults.empty());
    CHECK(map.owners_text(map.cpus[1].owners) == "one or two");
    CHECK(contains(map_text(map, {}), "never beside one"));
}

TEST_CASE("faulty configurations are drawn, with their faults") {
    std::string text = test::replaced(test::good_partition(), "reg = <0x70100000 0x10000>",
                                      "reg = <0x70008000 0x10000>");
    text = test::replaced(text, "memory@70100000", "memory@70008000");
    text = test::replaced(text, "reg = <0x40000000 0x3fc00000>", "reg = <0x40000000 0x40000000>");
    text = test::replaced(text, "reg = <0x9000000 0x1000>", "reg = <0x8000000 0x2000000>");
    text = test::replaced(text, "device@9000000", "device@8000000");
    text = test::replaced(text, "cpus = <2>;", "cpus = <1>;");
    text = test::replaced(text, "interrupts = <41>;",
                          "interrupts = <40>; memory@90000000 { reg = <0x90000000 0x1000>; };");
    Map map = mapped(text).map;
    check_complete(map);
    auto faulty = [&map](uint64_t address, const char* why) {
        const auto& faults = at(map, address).faults;
        REQUIRE(!faults.empty());
        CHECK(contains(faults[0], why));
    };
    faulty(0x70008000, "one and two both have it");
    CHECK(at(map, 0x70000000).faults.empty());
    faulty(0x7fc00000, "root has the hypervisor's memory");
    faulty(0x8000000, "accesses must trap");
    faulty(0x90000000, "would not get it back");
    CHECK(map.cpus[1].fault);
    CHECK(std::any_of(map.interrupts.begin(), map.interrupts.end(),
                      [](const Interrupts& range) { return range.first == 40 && range.fault; }));
    CHECK(map.faults.size() >= 5);
    CHECK(contains(map_text(map, {}), "FAULT: one and two both have it"));
    CHECK(contains(map_svg(map), "class=\"alarm\""));
    CHECK(contains(map_html(map), "Fault: one and two both have it"));
}

TEST_CASE("the board's tree adds names, firmware, and what nobody has") {
    board::Names board;
    board.ram = {{0x40000000, 0x8fffffff}};
    board.reserved = {{{0x80000000, 0x80000fff}, "optee@80000000"}};
    board.devices = {{"serial@9000000", {{0x9000000, 0x9000fff}}, {40}, true},
                     {"rtc@9010000", {{0x9010000, 0x9010fff}}, {}, true},
                     {"off@9020000", {{0x9020000, 0x9020fff}}, {}, false}};
    board.cores = {"cortex-a76"};
    Map map = mapped(test::good_partition(), board).map;
    check_complete(map);
    CHECK(piece_text(map, at(map, 0x9000000)) == "serial@9000000: root");
    CHECK(at(map, 0x9010000).kind == Kind::Spare);
    CHECK(at(map, 0x9020000).kind == Kind::Hole);
    CHECK(piece_text(map, at(map, 0x80000000)) == "firmware: optee@80000000");
    CHECK(piece_text(map, at(map, 0x88000000)) == "RAM of nobody");
    CHECK(map.cpus[0].core == "cortex-a76");
    CHECK(map.interrupts[1].names == std::vector<std::string>{"40 serial@9000000"});
    REQUIRE(map.devices.size() == 2);
    CHECK(map.devices[0].owners == std::vector<size_t>{root});
    CHECK(map.devices[1].owners.empty());
}

TEST_CASE("names come out of a board's tree") {
    board::Tree tree = test::tree_of(R"(
        model = "a board";
        #address-cells = <2>; #size-cells = <2>;
        interrupt-parent = <&gic>;
        aliases { serial0 = &uart; };
        memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
        reserved-memory {
            #address-cells = <2>; #size-cells = <2>; ranges;
            optee@42000000 { reg = <0 0x42000000 0 0x1000>; no-map; };
        };
        cpus {
            #address-cells = <1>; #size-cells = <0>;
            cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a76"; reg = <0>; };
        };
        gic: interrupt-controller@8000000 {
            compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>;
            reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0x80000>;
        };
        uart: serial@9000000 {
            compatible = "arm,pl011"; reg = <0 0x9000000 0 0x1000>; interrupts = <0 8 4>;
        };
        off@9010000 { compatible = "x,y"; reg = <0 0x9010000 0 0x1000>; status = "disabled"; };
    )");
    board::Names names = board::read_names(tree);
    CHECK(names.model == "a board");
    CHECK(names.ram == std::vector<Range>{{0x40000000, 0x7fffffff}});
    CHECK(names.cores == std::vector<std::string>{"cortex-a76"});
    REQUIRE(names.reserved.size() == 1);
    CHECK(names.devices_in({0x9000000, 0x9ffffff}).size() == 1); // the other is disabled
    CHECK(names.devices_in({0x8000000, 0x8ffffff}).empty());     // the GIC is not among them
    REQUIRE(names.devices_with(40).size() == 1);
    CHECK(names.devices_with(40)[0] == names.devices_in({0x9000fff, 0x9000fff})[0]);
    CHECK(&tree.resolve(names.devices_with(40)[0]) == tree.find("/serial@9000000"));
    Map map = mapped(test::good_partition(), names).map;
    CHECK(!at(map, 0x9000000).names.empty());
    CHECK(!at(map, 0x42000000).names.empty());
}

TEST_CASE("text fits its columns, and marks nothing that it should not") {
    Source source = mapped(test::good_partition());
    source.map.owners[one].name = "a-name-of-exactly-31-characters";
    for (unsigned columns : {80u, 100u, 132u}) {
        std::string text = map_text(source.map, {columns, false, false, true});
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            CHECK_MESSAGE(line.size() <= columns, line);
            for (char c : line)
                CHECK(static_cast<unsigned char>(c) < 0x7f); // no Unicode, no escapes
        }
    }
    CHECK(contains(map_text(source.map, {80, true, true, false}), "\033[34m"));
    CHECK(contains(map_text(source.map, {80, false, true, false}), "█"));
}

TEST_CASE("small and large are both to be seen") {
    CHECK(doublings(1) == 0);
    CHECK(doublings(0x1000) == 0);
    CHECK(doublings(0x2000) == 1);
    CHECK(doublings(uint64_t{16} << 30) == 22);
    CHECK(doublings(std::numeric_limits<uint64_t>::max()) == 52);
    std::string devices;
    for (unsigned i = 1; i < 20; i++)
        devices +=
            fmt::format("device@{0:x} {{ reg = <{0:#x} 0x1000>; }};\n", 0x9000000 + i * 0x10000);
    Map map = mapped(test::replaced(test::good_partition(), "        device@9000000",
                                    devices + "        device@9000000"))
                  .map;
    std::vector<Piece> pieces = folded(map.pieces);
    CHECK(pieces.size() + 20 < map.pieces.size());
    auto run = std::find_if(pieces.begin(), pieces.end(),
                            [](const Piece& piece) { return !piece.parts.empty(); });
    REQUIRE(run != pieces.end());
    CHECK(run->range.text() == "0x9000000-0x9130fff");
    CHECK(contains(map_text(map, {}), "20 regions of devices of root"));
    CHECK(contains(map_text(map, {80, false, true, true}), "9130000"));
}

TEST_CASE("JSON has all of it") {
    auto json = map_json(mapped(test::good_partition()).map);
    CHECK(json["owners"][0]["role"] == "hypervisor");
    CHECK(json["owners"][2]["cpus"] == std::vector<unsigned>{1});
    uint64_t next = 0;
    for (const auto& piece : json["address_space"]) {
        CHECK(piece["first"] == next);
        next = piece["last"].get<uint64_t>() + 1;
    }
    CHECK(json["cpus"].size() == 4);
    CHECK(json["interrupts"][1]["owners"][0] == "one");
    CHECK(json["faults"].empty());
}

TEST_CASE("regions at the very end and random ones do no harm") {
    std::minstd_rand random(5);
    config::Configuration configuration = mapped(test::good_partition()).partition.configuration;
    configuration.system.root.regions.push_back({"end", 0xfffffffffffff000, 0, 0x1000, 3});
    for (int round = 0; round < 200; round++) {
        for (auto& cell : configuration.cells) {
            cell.regions.clear();
            for (auto i = random() % 12; i-- > 0;)
                cell.regions.push_back({"r", random() * uint64_t{random() % 8192},
                                        random() & 0xffffff00u, random() * uint64_t{random() % 64},
                                        random() % 0x100000});
        }
        Map map = make_map({configuration, {}, {}, {}, "<&\x01\">"});
        check_complete(map);
        CHECK(map.pieces.back().range.last == std::numeric_limits<uint64_t>::max());
        CHECK(!map_text(map, {}).empty());
        CHECK(contains(map_html(map), "&lt;&amp;?&quot;&gt;"));
    }
}
