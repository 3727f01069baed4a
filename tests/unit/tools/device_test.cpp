// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"
#include "device/device.hpp"
#include "device/sysfs.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <fstream>

using namespace brig;
using namespace brig::device;

namespace {

void put(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

void make_cell(const std::filesystem::path& sysfs, const std::string& id, const std::string& name,
               const std::string& state, const std::string& cpus) {
    auto dir = sysfs / "cells" / id;
    put(dir / "name", name + "\n");
    put(dir / "state", state + "\n");
    put(dir / "cpus_assigned_list", cpus + "\n");
    put(dir / "cpus_failed_list", "\n");
}

} // namespace

TEST_CASE("a word is an id or a name") {
    CHECK(parse_cell_ref("0", false).id == 0);
    CHECK(parse_cell_ref("0x10", false).id == 16);
    CHECK(parse_cell_ref("010", false).id == 8);
    CHECK(parse_cell_ref("1", true).name == "1");
    CHECK(parse_cell_ref("1", true).id == -1);
    for (const char* name : {"hello", "1a", "-1", "", "99999999999"}) {
        CellRef cell = parse_cell_ref(name, false);
        CHECK(cell.id == -1);
        CHECK(cell.name == name);
    }
    CHECK(parse_cell_ref(std::string(40, 'n'), false).name == std::string(31, 'n'));
}

TEST_CASE("cell load takes images, texts and addresses in order") {
    TemporaryDirectory directory;
    put(directory.path() / "a.bin", "code");
    std::string a = directory.path() / "a.bin";
    auto request = cli::parse_load({"hello", a, "-s", "text", "-a", "0x1000", a, "--address", "4"});
    CHECK(request.cell.name == "hello");
    REQUIRE(request.images.size() == 3);
    CHECK(request.images[0].content == Bytes{'c', 'o', 'd', 'e'});
    CHECK(request.images[0].address == 0);
    CHECK(request.images[1].content == Bytes{'t', 'e', 'x', 't', 0});
    CHECK(request.images[1].address == 0x1000);
    CHECK(request.images[2].address == 4);
    CHECK(cli::parse_load({"--name", "7", a}).cell.name == "7");
    CHECK(cli::parse_load({"7", a}).cell.id == 7);
    CHECK(cli::parse_load({"7", "--string", "-a"}).images[0].content == Bytes{'-', 'a', 0});

    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{}, Words{"--name"}, Words{"hello"}, Words{"hello", "-a", "0"},
          Words{"hello", a, "-a"}, Words{"hello", a, "-a", "x"}, Words{"hello", "-s"},
          Words{"hello", "-x", a}, Words{"hello", "/no/such/file"}})
        CHECK_THROWS_AS(cli::parse_load(words), Error);
}

TEST_CASE("the list of cells") {
    TemporaryDirectory directory;
    CHECK(list_cells(directory.path()).empty());
    CHECK(cli::list_table({}).empty());
    make_cell(directory.path(), "0", "root", "running", "0-1");
    make_cell(directory.path(), "10", "late", "shut down", "3");
    make_cell(directory.path(), "2", "hello", "failed", "2");
    put(directory.path() / "cells/2/cpus_failed_list", "2\n");
    auto cells = list_cells(directory.path());
    CHECK(cli::list_table(cells) ==
          "ID      Name                    State             Assigned CPUs           Failed CPUs"
          "             \n"
          "0       root                    running           0-1                                 "
          "            \n"
          "10      late                    shut down         3                                   "
          "            \n"
          "2       hello                   failed            2                       2           "
          "            \n");
    auto json = nlohmann::json::parse(cli::list_json(cells));
    CHECK(json[1]["id"] == 10);
    CHECK(json[2]["state"] == "failed");
}

TEST_CASE("statistics") {
    TemporaryDirectory directory;
    auto sysfs = directory.path();
    CHECK_THROWS_WITH(find_cell(sysfs, {-1, "hello"}), doctest::Contains("not enabled"));
    make_cell(sysfs, "1", "hello", "running", "2-3");
    CHECK_THROWS_WITH(find_cell(sysfs, {-1, "other"}),
                      doctest::Contains("reading stats: cell `other`"));
    CHECK(find_cell(sysfs, {1, ""}).name == "hello");
    CellInfo cell = find_cell(sysfs, {-1, "hello"});
    CHECK_THROWS_WITH(read_statistics(sysfs, cell), doctest::Contains("reading stats:"));

    auto stats = sysfs / "cells/1/statistics";
    put(stats / "vmexits_total", "30\n");
    put(stats / "vmexits_mmio", "3\n");
    put(stats / "cpu2/vmexits_total", "10\n");
    put(stats / "cpu3/vmexits_total", "20\n");
    CellStatistics read = read_statistics(sysfs, cell);
    CHECK(read.total == Counters{{"vmexits_mmio", 3}, {"vmexits_total", 30}});
    CHECK(read.cpus.size() == 2);
    CHECK(cli::statistics_table(read) ==
          "COUNTER                          SUM       CPU 2       CPU 3\n"
          "vmexits_mmio                       3           0           0\n"
          "vmexits_total                     30          10          20\n");
    auto json = nlohmann::json::parse(cli::statistics_json(cell, read));
    CHECK(json["total"]["vmexits_total"] == 30);
    CHECK(json["cpus"]["3"]["vmexits_total"] == 20);
    put(stats / "vmexits_total", "many\n");
    CHECK_THROWS_WITH(read_statistics(sysfs, cell), doctest::Contains("no number"));
}

TEST_CASE("rates per second survive the wrap of the counters") {
    Counters before = {{"vmexits_total", 100}, {"vmexits_wrapped", 0x7ffffff0}};
    Counters now = {{"vmexits_new", 5}, {"vmexits_total", 150}, {"vmexits_wrapped", 0x10}};
    CHECK(cli::rates_table(before, now, 2.0) ==
          "COUNTER                          SUM     PER SEC\n"
          "vmexits_new                        5           0\n"
          "vmexits_total                    150          25\n"
          "vmexits_wrapped                   16          16\n");
}

TEST_CASE("known errors are explained") {
    CHECK(explain(Operation::Create, EBUSY).find("CPU") != std::string_view::npos);
    CHECK(explain(Operation::Create, EEXIST).find("destroy it first") != std::string_view::npos);
    CHECK(explain(Operation::Destroy, EPERM).find("refused") != std::string_view::npos);
    CHECK(explain(Operation::Load, ENOENT).find("cell list") != std::string_view::npos);
    CHECK(explain(Operation::Start, EINTR).find("try again") != std::string_view::npos);
    CHECK(explain(Operation::Start, EIO).empty());
}
