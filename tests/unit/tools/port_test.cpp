// SPDX-License-Identifier: Apache-2.0
#include "board_support.hpp"
#include "port/generate.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>

using namespace brig;
using namespace brig::board;

namespace fs = std::filesystem;

namespace {

const std::string gicv3 = R"(
    model = "Invented\\"; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
    cpus { #address-cells = <1>; #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; };
        cpu@1 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <1>; }; };
    gic: gic@fe600000 { compatible = "arm,gic-v3"; #interrupt-cells = <3>; #redistributor-regions = <2>;
        reg = <0 0xfe600000 0 0x10000>, <0 0xfe680000 0 0x20000>, <0 0xfe6a0000 0 0x20000>;
        interrupts = <1 9 4>; };
)";
const std::string console = R"(
    chosen { stdout-path = "/serial@1000"; };
    serial@1000 { compatible = "ns16550a"; reg = <0 0x1000 0 0x100>; reg-shift = <2>; };
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
)";
const std::string firmware = R"(
    firmware { scmi { compatible = "arm,scmi-smc"; arm,smc-id = <0x82000010>; };
               optee { compatible = "linaro,optee-tz"; method = "smc"; }; };
)";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string file_of(const std::vector<OutputFile>& files, const std::string& name) {
    for (const auto& file : files)
        if (file.name == name)
            return {file.content.begin(), file.content.end()};
    FAIL("no file " << name);
    return "";
}

std::vector<OutputFile> files_for(const std::string& body) {
    Tree tree = test::tree_of(body);
    return port::generate(tree, read_facts(tree), "my-board");
}

} // namespace

TEST_CASE("RAM without the registers that the tree's bank covers is written down") {
    std::string body = gicv3 + console;
    body.replace(body.find("<0 0x40000000 0 0x40000000>"), 27, "<0 0x40000000 1 0>");
    std::string partition = file_of(files_for(body), "partition.dts");
    CHECK(contains(partition, "covers registers"));
    CHECK(contains(partition, "bank@40000000 { reg = <0x0 0x40000000 0x0 0xbe600000>; };"));
    CHECK(contains(partition, "bank@100000000 { reg = <0x1 0x0 0x0 0x40000000>; };"));
}

TEST_CASE("a board of six files, with what the tree says") {
    auto files = files_for(gicv3 + console + firmware);
    CHECK(files.size() == 6);
    std::string record = file_of(files, "board.hpp");
    for (const char* part :
         {"name = \"my-board\"", ".gicd = 0xfe600000", ".gicr = 0xfe680000", ".gicr_size = 0x40000",
          ".maintenance = 25", "console::uart_8250", ".address = 0x1000", ".wide_registers = true",
          "dram_end = 0x80000000;", "use_sdei = false", "std::array<SmcRule, 4>",
          "{0x82000010, 0x82000010,"})
        CHECK_MESSAGE(contains(record, part), part);
    CHECK_FALSE(contains(record, "TO BE CONFIRMED"));
    CHECK_FALSE(contains(record, "\\\n"));
    CHECK(record.find("0x32000000") < record.find("0x82000010")); // sorted
    CHECK(file_of(files, "Kconfig") == "# SPDX-License-Identifier: Apache-2.0\n"
                                       "config BOARD_MY_BOARD\n    def_bool y\n");
    CHECK(contains(file_of(files, "defconfig"), "CONFIG_UART_8250=y"));
    std::string partition = file_of(files, "partition.dts");
    CHECK(contains(partition, "cpus = <1>;"));
    CHECK(contains(partition, "device = \"/serial@1000\""));
    CHECK_FALSE(contains(partition, "ram {"));
    CHECK(contains(file_of(files, "README.md"), "- [ ] "));
}

TEST_CASE("what the tree does not say is marked, not invented") {
    std::string body = gicv3;
    body.replace(body.find("interrupts = <1 9 4>;"), 21, "");
    auto files = files_for(body);
    std::string record = file_of(files, "board.hpp");
    for (const char* part : {"kUnknownMaintenance", "kUnknownDramEnd", "EarlyConsole<NoUart>",
                             "TO BE CONFIRMED", "std::array<SmcRule, 0>"})
        CHECK_MESSAGE(contains(record, part), part);
    CHECK(contains(file_of(files, "partition.dts"), "TO BE CONFIRMED"));
    CHECK_FALSE(contains(file_of(files, "defconfig"), "UART"));
    CHECK(contains(file_of(files, "README.md"), "MISSING: "));
}

TEST_CASE("RAM of /proc/iomem goes into the partition file") {
    Tree tree = test::tree_of(gicv3);
    Iomem iomem =
        parse_iomem("00200000-efffffff : System RAM\n100000000-1ffffffff : System RAM\n", "x");
    auto files = port::generate(tree, read_facts(tree, iomem), "b");
    std::string partition = file_of(files, "partition.dts");
    CHECK(contains(partition, "bank@200000 { reg = <0x0 0x200000 0x0 0xefe00000>; };"));
    CHECK(contains(partition, "bank@100000000 { reg = <0x1 0x0 0x1 0x0>; };"));
    CHECK_FALSE(contains(partition, "TO BE CONFIRMED"));
    CHECK(contains(file_of(files, "board.hpp"), "dram_end = 0x200000000; // /proc/iomem"));
}

TEST_CASE("boards that Brig cannot run on are refused with the reasons") {
    CHECK_THROWS_WITH_AS(files_for(""), doctest::Contains("has no GICv2 or GICv3"), Error);
    CHECK_THROWS_WITH_AS(files_for(""), doctest::Contains("no enabled CPU"), Error);
}

TEST_CASE("names of boards") {
    for (const char* name : {"a", "my-board", "rk3588-2"})
        CHECK_NOTHROW(port::check_name(name));
    for (const char* name : {"", "A", "my board", "../x", "-a", "a-", "a--b", "3board", "a/b",
                             "a_b", "a23456789012345678901234567890123"})
        CHECK_THROWS_AS(port::check_name(name), Error);
}

TEST_CASE("a folder is written whole or not at all") {
    TemporaryDirectory directory;
    const std::vector<OutputFile> files = {{"a", {'1'}}, {"b", {'2'}}};
    fs::path place = port::write_bsp(directory.path(), files, "board");
    CHECK(fs::exists(place / "a"));
    CHECK(fs::exists(place / "b"));
    CHECK_THROWS_WITH_AS(port::write_bsp(directory.path(), files, "board"),
                         doctest::Contains("exists already"), Error);
    fs::create_symlink("nowhere", directory.path() / "link");
    CHECK_THROWS_AS(port::write_bsp(directory.path(), files, "link"), Error);
    CHECK_THROWS_WITH_AS(port::write_bsp(directory.path() / "missing", files, "board"),
                         doctest::Contains("no such folder"), Error);
    // A file that cannot be written leaves nothing behind.
    CHECK_THROWS_AS(port::write_bsp(directory.path(), {{"a", {'1'}}, {"no/b", {'2'}}}, "other"),
                    Error);
    size_t entries = 0;
    for (const auto& entry : fs::directory_iterator(directory.path()))
        entries += entry.exists() || entry.is_symlink();
    CHECK(entries == 2);
}
