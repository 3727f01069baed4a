// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"
#include "partition_board.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace brig;
using namespace brig::config;
using test::good_partition;
using test::replaced;

TEST_CASE("one file for the root cell, one for each cell, and the overlay") {
    Compiled compiled = test::compile_text(good_partition());
    std::vector<std::string> names;
    for (const auto& file : compiled.files)
        names.push_back(file.name);
    CHECK(names == std::vector<std::string>{"root.cell", "one.cell", "two.cell",
                                            "reserved-memory.dtso", "reserved-memory.dtbo"});
}

TEST_CASE("a label renames the cell, not its file") {
    std::string text = replaced(good_partition(), "        cpus = <1>;",
                                "        cpus = <1>; label = \"the first\";");
    Compiled compiled = test::compile_text(text);
    CHECK(parse_cell(test::file_of(compiled, "one.cell"), "f").name == "the first");
}

TEST_CASE("every property of a cell arrives in its file") {
    std::string text =
        replaced(good_partition(), "            cpus = <1>;\n            interrupts = <40>;", R"(
            cpus = <1 3>;
            interrupts = <40>;
            passive-comm-region;
            aarch32;
            virtual-console-active;
            message-timeout = <0x1 0x2>;
            reset-address = <0x1000>;
            stream-ids = <7 0x80010002>;
            virtual-pci-interrupts = <100>;
            interrupt-ranges = <42 3>;
            console {
                type = "8250";
                reg = <0x9000400 0x100>;
                register-distance = <1>;
                divider = <13>;
                mode-register-quirk;
            };
            device@9000400 { reg = <0x9000400 0x100>; root-shared; io-8; io-unaligned; };
            placeholder { };
            memory@70200000 {
                reg = <0x70200000 0x1000>;
                guest = <0x200000>;
                read; dma; no-huge-pages;
            };)");
    Cell cell = parse_cell(test::file_of(test::compile_text(text), "one.cell"), "f");
    CHECK(cell.cpus() == std::set<unsigned>{1, 3});
    CHECK(cell.flags == (BRIG_CELL_PASSIVE_COMMREG | BRIG_CELL_AARCH32 |
                         BRIG_CELL_CONSOLE_PERMITTED | BRIG_CELL_CONSOLE_ACTIVE));
    CHECK(cell.msg_reply_timeout == 0x100000002);
    CHECK(cell.cpu_reset_address == 0x1000);
    CHECK(cell.stream_ids == std::vector<uint32_t>{7, 0x80010002});
    CHECK(cell.vpci_irq_base == 68);
    CHECK(cell.interrupts() == std::set<unsigned>{40, 42, 43, 44});
    CHECK(cell.console == Console{0x9000400, 0x100, BRIG_CONSOLE_8250,
                                  BRIG_CON_MMIO | BRIG_CON_MDR_QUIRK, 13, 0, 0});
    REQUIRE(cell.regions.size() == 5); // in the order of the nodes
    CHECK(cell.regions[0].flags == (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO |
                                    BRIG_MEM_ROOTSHARED | BRIG_MEM_IO_8 | BRIG_MEM_IO_UNALIGNED));
    CHECK(cell.regions[0].virt == 0x9000400);
    CHECK(cell.regions[1].size == 0);
    CHECK(cell.regions[2].flags == (BRIG_MEM_READ | BRIG_MEM_DMA | BRIG_MEM_NO_HUGEPAGES));
    CHECK(cell.regions[3].flags ==
          (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE | BRIG_MEM_LOADABLE));
    CHECK(cell.regions[4].virt == 0x80000000);
}

TEST_CASE("two cells for an address are the default") {
    Compiled compiled = test::compile_text(R"(/dts-v1/;
/ {
    compatible = "brig,partition";
    hypervisor {
        memory = <0x8 0x00000000 0x0 0x400000>;
        gic { version = <3>; gicd = <0 0x8000000>; gicr = <0x0 0x80a0000>;
              maintenance-interrupt = <25>; };
    };
    root { cpus = <0>; device@8000000000 { reg = <0x80 0x0 0x80 0x0>; }; };
};
)");
    System system = parse_system(test::file_of(compiled, "root.cell"), "f");
    CHECK(system.hypervisor_memory.phys == 0x800000000);
    REQUIRE(system.root.regions.size() == 1);
    CHECK(system.root.regions[0].phys == 0x8000000000);
    CHECK(system.root.regions[0].size == 0x8000000000);
}

TEST_CASE("included files are found and become dependencies") {
    TemporaryDirectory directory;
    std::string text = good_partition();
    size_t cells = text.find("    cells {");
    std::string machine = text.substr(text.find("/ {"), cells - text.find("/ {")) + "};\n";
    std::string main = "/dts-v1/;\n/include/ \"machine.dtsi\"\n/ {\n" + text.substr(cells);
    write_files(directory.path() / "boards",
                {{"machine.dtsi", Bytes(machine.begin(), machine.end())}});
    write_files(directory.path(), {{"main.dts", Bytes(main.begin(), main.end())}});
    auto file = directory.path() / "main.dts";
    CHECK_THROWS_WITH(compile(file, {}), doctest::Contains("machine.dtsi"));
    Compiled compiled = compile(file, {{"dtc", {(directory.path() / "boards").string()}}, {}});
    CHECK(compiled.findings.empty());
    CHECK(test::file_of(compiled, "root.cell") ==
          test::file_of(test::compile_text(text), "root.cell"));
    CHECK(compiled.dependencies.find("main.dts") != std::string::npos);
    CHECK(compiled.dependencies.find("boards/machine.dtsi") != std::string::npos);
}

TEST_CASE("a compiled blob is a partition file, too") {
    TemporaryDirectory directory;
    std::string text = good_partition();
    write_files(directory.path(), {{"test.dts", Bytes(text.begin(), text.end())}});
    DeviceTree tree = load_device_tree(directory.path() / "test.dts", {});
    write_files(directory.path(), {{"test.dtb", tree.blob}});
    Compiled compiled = compile(directory.path() / "test.dtb", {{"/no/dtc/needed", {}}, {}});
    CHECK(test::file_of(compiled, "one.cell") ==
          test::file_of(test::compile_text(text), "one.cell"));
}

TEST_CASE("labels and references do no harm") {
    std::string text = replaced(good_partition(), "        one {", "        first: one {") +
                       "&first { passive-comm-region; };\n";
    Compiled compiled = test::compile_text(text);
    CHECK(compiled.findings.empty());
    CHECK(parse_cell(test::file_of(compiled, "one.cell"), "f").flags == BRIG_CELL_PASSIVE_COMMREG);
}

TEST_CASE("the examples of the reference page compile without a warning") {
    Bytes page = read_file(BRIG_TREE "/docs/partition.md", "reference page");
    std::istringstream lines(std::string(page.begin(), page.end()));
    std::string line;
    std::vector<std::string> sources;
    bool inside = false;
    while (std::getline(lines, line)) {
        if (line == "    /dts-v1/;")
            sources.emplace_back();
        inside = line == "    /dts-v1/;" || (inside && (line.empty() || line[0] == ' '));
        if (inside)
            sources.back() += line + "\n";
    }
    REQUIRE(sources.size() == 2); // with and without a board tree
    for (const auto& compiled :
         {test::compile_on(test::good_board(), sources[0]), test::compile_text(sources[1])}) {
        CHECK(compiled.findings.empty());
        CHECK(parse_cell(test::file_of(compiled, "hello.cell"), "f").name == "hello");
    }
}

TEST_CASE("the demo's partition compiles without a warning, for the machine it is for") {
    CompileOptions options;
    options.board = BRIG_BOARD_TREE;
    Compiled compiled = compile(BRIG_TREE "/bsp/qemu-virt/demo.dts", options);
    CHECK(compiled.findings.empty());
    System system = parse_system(test::file_of(compiled, "root.cell"), "f");
    CHECK(system.root.cpus().size() == 4);
    CHECK(system.root.interrupts().size() == 256);
    for (const char* name : {"hello.cell", "timer.cell", "smp.cell", "fault.cell"}) {
        Cell cell = parse_cell(test::file_of(compiled, name), name);
        REQUIRE(cell.regions.size() == 2);
        CHECK(cell.regions[0].virt == 0);
        CHECK(cell.regions[0].size == 0x10000);
        CHECK(cell.regions[1].virt == 0x80000000);
    }
}
