// SPDX-License-Identifier: Apache-2.0
// What a partition file makes of a board's tree.
#include "board_support.hpp"
#include "config/binary.hpp"
#include "config/references.hpp"
#include "partition_board.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <libfdt.h>
#include <nlohmann/json.hpp>

using namespace brig;
using namespace brig::config;
using test::compile_on;
using test::file_of;
using test::good_board;
using test::good_board_partition;
using test::replaced;

namespace {

const std::string one_devices = "            devices = \"uart1\";";

std::string with_devices(const std::string& lines) {
    return replaced(good_board_partition(), one_devices, lines);
}

Cell cell_of(const std::string& partition, const std::string& file = "one.cell") {
    return parse_cell(file_of(compile_on(good_board(), partition), file), file);
}

const MemoryRegion* region_at(const Cell& cell, uint64_t phys) {
    for (const auto& region : cell.regions)
        if (region.has_phys() && region.phys == phys)
            return &region;
    return nullptr;
}

bool covers(const Cell& root, uint64_t address) {
    for (const auto& region : root.regions)
        if (region.phys_range().contains(address))
            return true;
    return false;
}

std::string text_of(const Compiled& compiled, const std::string& name) {
    Bytes content = file_of(compiled, name);
    return {content.begin(), content.end()};
}

} // namespace

TEST_CASE("with a board tree: root and cell files, overlay, merged tree, arguments, report") {
    Compiled compiled = compile_on(good_board(), good_board_partition());
    CHECK(compiled.findings.empty());
    std::vector<std::string> names;
    for (const auto& file : compiled.files)
        names.push_back(file.name);
    CHECK(names == std::vector<std::string>{"root.cell", "one.cell", "two.cell",
                                            "reserved-memory.dtso", "reserved-memory.dtbo",
                                            "merged.dtb", "cmdline", "report.txt", "report.json"});
    CHECK(text_of(compiled, "cmdline") == "id_aa64mmfr1.vh=0 kvm-arm.mode=none\n");
}

TEST_CASE("hypervisor: interrupt controller and console from the tree") {
    System system =
        parse_system(file_of(compile_on(good_board(), good_board_partition()), "root.cell"), "f");
    CHECK(system.gic_version == 3);
    CHECK(system.gicd_base == 0x8000000);
    CHECK(system.gicr_base == 0x80a0000);
    CHECK(system.maintenance_irq == 25);
    CHECK(system.debug_console.address == 0x9000000);
    CHECK(system.debug_console.type == BRIG_CONSOLE_PL011);
    // below OP-TEE, which ends where the margin begins
    CHECK(system.hypervisor_memory.phys == 0x77c00000);
    CHECK(system.hypervisor_memory.size == 0x400000);
    std::string other = replaced(good_board_partition(), "        virtual-console;",
                                 "console { device = \"&uart2\"; divider = <1>; };\n"
                                 "gic { maintenance-interrupt = <24>; num-interrupts = <288>; };");
    other = replaced(other, "        gic { num-interrupts = <288>; };\n", "");
    system = parse_system(file_of(compile_on(good_board(), other), "root.cell"), "f");
    CHECK(system.debug_console == Console{0x9020000, 0x1000, BRIG_CONSOLE_8250,
                                          BRIG_CON_MMIO | BRIG_CON_REGDIST_4, 1, 0, 0});
    CHECK(system.maintenance_irq == 24);
}

TEST_CASE("the root cell has all CPUs, RAM, devices, interrupts and firmware's memory") {
    System system =
        parse_system(file_of(compile_on(good_board(), good_board_partition()), "root.cell"), "f");
    const Cell& root = system.root;
    CHECK(root.name == "root");
    CHECK(root.cpus() == std::set<unsigned>{0, 1, 2, 3});
    CHECK(root.interrupts().size() == 256);
    CHECK(*root.interrupts().rbegin() == 287);
    for (uint64_t address : std::initializer_list<uint64_t>{
             0x40000000, 0x77000000, 0x7fffffff, // RAM, what firmware has in it
             0x10f000,                           // firmware's memory elsewhere
             0x9000000, 0x9010fff, 0x9020000,    // whole pages, disabled devices
             0x8080000, 0x809ffff})              // the ITS stays
        CHECK_MESSAGE(covers(root, address), address);
    CHECK(covers(root, 0x10000000));   // the PCI host's windows
    CHECK(covers(root, 0x4010000000)); // and its configuration space
    for (uint64_t address :
         std::initializer_list<uint64_t>{0x8000000, 0x800ffff, 0x80a0000, 0x811ffff, // GIC
                                         0x77c00000, 0x77ffffff,                     // hypervisor
                                         0x9050000, 0x9400000, 0x3fffffff})
        CHECK_MESSAGE(!covers(root, address), address);
    // neighbours are one region
    REQUIRE(region_at(root, 0x9330000));
    CHECK(region_at(root, 0x9330000)->size == 0x3000);
    CHECK(region_at(root, 0x9330000)->flags == (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO));
    REQUIRE(region_at(root, 0x10f000));
    CHECK(region_at(root, 0x10f000)->size == 0x1000);
    CHECK(region_at(root, 0x10f000)->flags == (BRIG_MEM_READ | BRIG_MEM_WRITE));
}

TEST_CASE("the root cell has an ITS that lies within the distributor's frame") {
    std::string board =
        replaced(good_board(), "<0 0x8000000 0 0x10000>", "<0 0x8000000 0 0xa0000>");
    Cell root =
        parse_system(file_of(compile_on(board, good_board_partition()), "root.cell"), "f").root;
    CHECK(covers(root, 0x8080000));
    CHECK(covers(root, 0x809ffff));
    for (uint64_t address : std::initializer_list<uint64_t>{0x8000000, 0x807ffff, 0x80a0000})
        CHECK_MESSAGE(!covers(root, address), address);
}

TEST_CASE("/root adds to what is derived, and its flags win") {
    std::string text = replaced(good_board_partition(), "    cells {", R"(    root {
        label = "invented";
        virtual-console-permitted;
        device@20000000 { reg = <0 0x3f000000 0 0x1000>; };
        memory@40000000 { reg = <0 0x40000000 0 0x1000>; read; };
    };
    cells {)");
    text = replaced(text, "device@20000000", "device@3f000000");
    Compiled compiled = compile_on(good_board(), text);
    CHECK(compiled.findings.empty());
    Cell root = parse_system(file_of(compiled, "root.cell"), "f").root;
    CHECK(root.name == "invented");
    CHECK(root.flags == BRIG_CELL_CONSOLE_PERMITTED);
    CHECK(covers(root, 0x3f000000));
    REQUIRE(region_at(root, 0x40000000));
    CHECK(region_at(root, 0x40000000)->flags == BRIG_MEM_READ);
    CHECK(region_at(root, 0x40001000));
}

TEST_CASE("IOMMUs of the hypervisor come from the tree and are no longer the root cell's") {
    std::string text = replaced(with_devices("            devices = \"eth\";"),
                                "        virtual-console;", "        iommu { of = \"smmu\"; };");
    text = replaced(text, "console { device = \"uart1\"; };", "");
    Compiled compiled = compile_on(good_board(), text);
    CHECK(compiled.findings.empty());
    System system = parse_system(file_of(compiled, "root.cell"), "f");
    CHECK(system.iommu_units[0].type == BRIG_IOMMU_SMMUV3);
    CHECK(system.iommu_units[0].base == 0x9200000);
    CHECK(system.iommu_units[0].size == 0x20000);
    CHECK(!covers(system.root, 0x9200000));
    Cell cell = parse_cell(file_of(compiled, "one.cell"), "f");
    CHECK(cell.stream_ids == std::vector<uint32_t>{0x41});
    CHECK(cell.interrupts() == std::set<unsigned>{56});
}

TEST_CASE("a device brings registers and interrupts; a page of its own is mapped") {
    Cell cell = cell_of(good_board_partition());
    REQUIRE(cell.regions.size() == 3);
    CHECK(cell.regions[0].phys == 0x9010000);
    CHECK(cell.regions[0].size == 0x1000); // the tree says 0x100
    CHECK(cell.regions[0].flags == (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO));
    CHECK(cell.interrupts() == std::set<unsigned>{40});
    CHECK(cell.console == Console{0x9010000, 0x1000, BRIG_CONSOLE_PL011,
                                  BRIG_CON_MMIO | BRIG_CON_REGDIST_4, 0, 0, 0});
    CHECK(cell_of(with_devices("devices = \"&uart1\";")).regions.size() == 3);
    CHECK(cell_of(with_devices("devices = \"serial1\";")).regions.size() == 3);
    CHECK(cell_of(with_devices("devices = \"/serial@9010000\";")).regions.size() == 3);
}

TEST_CASE("a device elsewhere in the cell; its console follows") {
    Cell cell = cell_of(with_devices("device@50000000 { of = \"uart1\"; guest = <0 0x50000000>; "
                                     "root-shared; };"));
    const MemoryRegion* region = region_at(cell, 0x9010000);
    REQUIRE(region);
    CHECK(region->virt == 0x50000000);
    CHECK(region->flags == (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_ROOTSHARED));
    CHECK(cell.console.address == 0x50000000);
}

TEST_CASE("registers that share a page are emulated, the rest of the device is mapped") {
    Compiled compiled = compile_on(good_board(), with_devices("devices = \"uart1\", \"spia\";"));
    Cell cell = parse_cell(file_of(compiled, "one.cell"), "f");
    const MemoryRegion* region = region_at(cell, 0x9140000);
    REQUIRE(region);
    CHECK(region->size == 0x400);
    CHECK(region->flags == (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_32));
    REQUIRE(compiled.findings.size() == 1);
    CHECK(compiled.findings[0].test == Test::SharedPage);
    CHECK(compiled.findings[0].text.find("/spi@9140400") != std::string::npos);

    // both neighbours in one cell need no emulation
    cell = cell_of(with_devices("devices = \"uart1\", \"big\";"));
    region = region_at(cell, 0x9330000);
    REQUIRE(region);
    CHECK(region->size == 0x2000);
    region = region_at(cell, 0x9332000);
    REQUIRE(region);
    CHECK(region->size == 0x800);
    REQUIRE(region_at(cell, 0x9340000));
}

TEST_CASE("a part of a device") {
    Cell cell = cell_of(with_devices(
        "devices = \"uart1\"; device { of = \"big\"; registers = <1>; interrupts = <1>; };"));
    CHECK(!region_at(cell, 0x9330000));
    CHECK(region_at(cell, 0x9340000));
    CHECK(cell.interrupts() == std::set<unsigned>{40, 60});
    cell = cell_of(with_devices(
        "devices = \"uart1\"; device { of = \"big\"; no-registers; interrupts = <0>; };"));
    CHECK(cell.regions.size() == 3);
    CHECK(cell.interrupts() == std::set<unsigned>{40, 59});
}

TEST_CASE("memory is placed in the order of the nodes, clear of firmware") {
    Compiled compiled = compile_on(good_board(), good_board_partition());
    Cell one = parse_cell(file_of(compiled, "one.cell"), "f");
    Cell two = parse_cell(file_of(compiled, "two.cell"), "f");
    // hypervisor 0x77c00000, then OP-TEE 0x77000000-0x777fffff in the way
    CHECK(one.regions[1].phys == 0x77bf0000);
    CHECK(one.regions[1].virt == 0);
    CHECK(two.regions[0].phys == 0x77800000);
    // the second cell's size has no influence on the first one's place
    std::string larger =
        replaced(good_board_partition(), "size = <0x200000>", "size = <0x4000000>");
    compiled = compile_on(good_board(), larger);
    CHECK(parse_cell(file_of(compiled, "one.cell"), "f").regions[1].phys == 0x77bf0000);
    CHECK(parse_cell(file_of(compiled, "two.cell"), "f").regions[0].phys == 0x73000000);
    // without `guest` the cell sees it where it is
    std::string same =
        replaced(good_board_partition(), "size = <0x200000>; guest = <0 0>;", "size = <0x200000>;");
    same = replaced(same, "            cpus = <2>;", "cpus = <2>; reset-address = <0 0x77800000>;");
    CHECK(cell_of(same, "two.cell").regions[0].virt == 0x77800000);
}

TEST_CASE("memory that the boot loader fills in is listed in the partition") {
    std::string board = replaced(
        good_board(),
        "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x40000000>; };", "");
    CHECK(test::found(board, good_board_partition(), Severity::Error, Test::Language,
                      {"does not say where RAM is", "bank@"}));
    std::string text = replaced(good_board_partition(), "    hypervisor {",
                                "ram { bank@40000000 { reg = <0 0x40000000 0 0x40000000>; };\n"
                                "keep-free@77a00000 { reg = <0 0x77a00000 0 0x200000>; }; };\n"
                                "hypervisor {");
    Compiled compiled = compile_on(board, text);
    CHECK(compiled.findings.empty());
    CHECK(parse_cell(file_of(compiled, "one.cell"), "f").regions[1].phys == 0x779f0000);
}

TEST_CASE("memory kept for cells") {
    std::string text = replaced(good_board_partition(), "    cells {", R"(    root {
        memory@50000000 { reg = <0 0x50000000 0 0x1000000>; reserved; };
    };
    cells {)");
    Compiled compiled = compile_on(good_board(), text);
    CHECK(compiled.findings.empty());
    CHECK(parse_cell(file_of(compiled, "one.cell"), "f").regions[1].phys == 0x50ff0000);
    CHECK(text_of(compiled, "reserved-memory.dtso").find("brig-cells@50000000") !=
          std::string::npos);
    // part of the bank as before
    Cell root = parse_system(file_of(compiled, "root.cell"), "f").root;
    REQUIRE(region_at(root, 0x40000000));
    CHECK(region_at(root, 0x40000000)->phys_range().contains(0x50000000));
}

TEST_CASE("memory by the name of its node") {
    std::string text = replaced(good_board_partition(), "            memory { size = <0x10000>",
                                "memory@60000000 { of = \"shared\"; root-shared; };\n"
                                "            memory { size = <0x10000>");
    Compiled compiled = compile_on(good_board(), text);
    CHECK(compiled.findings.empty());
    const Cell cell = parse_cell(file_of(compiled, "one.cell"), "f");
    const MemoryRegion* region = region_at(cell, 0x60000000);
    REQUIRE(region);
    CHECK(region->size == 0x100000);
    // reserved in the board's tree already
    CHECK(text_of(compiled, "reserved-memory.dtso").find("60000000") == std::string::npos);
}

TEST_CASE("the merged tree: memory reserved, devices of cells left alone") {
    Compiled compiled = compile_on(good_board(), good_board_partition());
    Bytes merged = file_of(compiled, "merged.dtb");
    board::Tree tree = board::Tree::parse(merged, "merged.dtb");
    for (const char* path :
         {"/reserved-memory/brig-hypervisor@77c00000", "/reserved-memory/brig-cells@77bf0000",
          "/reserved-memory/optee@77000000", "/serial@9000000"})
        CHECK_MESSAGE(tree.find(path), path);
    REQUIRE(tree.find("/serial@9010000"));
    CHECK(tree.find("/serial@9010000")->text("status") == "reserved");
    CHECK(tree.find("/serial@9000000")->enabled());
    std::string kept = with_devices("device { of = \"uart1\"; leave-enabled; };");
    merged = file_of(compile_on(good_board(), kept), "merged.dtb");
    CHECK(board::Tree::parse(merged, "m").find("/serial@9010000")->enabled());
}

TEST_CASE("the overlay has the cell counts of the board's root node") {
    std::string board = R"(
        #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;
        cpus { #address-cells = <1>; #size-cells = <0>;
            cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; };
            cpu@1 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <1>; }; };
        chosen { stdout-path = &uart; };
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
        gic: gic@8000000 { compatible = "arm,gic-400"; #interrupt-cells = <3>; interrupt-controller;
            reg = <0x8001000 0x1000>, <0x8002000 0x2000>, <0x8004000 0x2000>, <0x8006000 0x2000>;
            interrupts = <1 9 0xf04>; };
        uart: serial@9000000 { compatible = "arm,pl011"; reg = <0x9000000 0x1000>; };
    )";
    std::string partition =
        replaced(good_board_partition(), "            devices = \"uart1\";", "");
    partition = replaced(partition, "            console { device = \"uart1\"; };\n", "");
    partition = replaced(partition, "        two {\n            cpus = <2>;",
                         "        two {\n            excludes = \"one\"; cpus = <1>;");
    Compiled compiled = compile_on(board, partition);
    board::Tree tree = board::Tree::parse(file_of(compiled, "merged.dtb"), "m");
    const board::Node* node = tree.find("/reserved-memory/brig-hypervisor@77c00000");
    REQUIRE(node);
    CHECK(node->cells("reg") == std::vector<uint32_t>{0x77c00000, 0x400000});
    CHECK(tree.find("/reserved-memory")->cell("#address-cells") == 1u);
    System system = parse_system(file_of(compiled, "root.cell"), "f");
    CHECK(system.gic_version == 2);
    CHECK(system.gicc_base == 0x8002000);
    CHECK(system.gich_base == 0x8004000);
    CHECK(system.gicv_base == 0x8006000);
    CHECK(!covers(system.root, 0x8002000));
    CHECK(text_of(compiled, "cmdline") == "kvm-arm.mode=none\n"); // a Cortex-A53 has no VHE
}

TEST_CASE("the report says who has what, for people and programs") {
    Compiled compiled = compile_on(
        good_board(), with_devices("devices = \"uart1\", \"spia\"; accept = \"shared-page\";"));
    std::string text = text_of(compiled, "report.txt");
    for (const char* part :
         {"Partition test.dts on Invented board", "0x77c00000-0x77ffffff", "hypervisor", "cell one",
          "/reserved-memory/optee@77000000", "place chosen by the compiler",
          "/serial@9010000, INTID 40, reserved in Linux's tree", "emulated",
          "Kernel command line: id_aa64mmfr1.vh=0 kvm-arm.mode=none", "Accepted", "[shared-page]"})
        CHECK_MESSAGE(text.find(part) != std::string::npos, part, "\n", text);
    auto json = nlohmann::json::parse(text_of(compiled, "report.json"));
    CHECK(json["hypervisor"]["memory"]["start"] == 0x77c00000);
    CHECK(json["hypervisor"]["memory"]["placed"] == true);
    CHECK(json["cells"][0]["devices"][0]["node"] == "/serial@9010000");
    CHECK(json["cells"][0]["devices"][1]["shared_pages"][0]["neighbours"][0] == "/spi@9140400");
    CHECK(json["cells"][1]["regions"][0]["placed"] == true);
    CHECK(json["kernel_arguments"] == "id_aa64mmfr1.vh=0 kvm-arm.mode=none");
    CHECK(json["findings"][0]["severity"] == "accepted");
    CHECK(json["findings"][0]["word"] == "shared-page");
}

TEST_CASE("the board tree is found beside the partition file, as source or blob") {
    TemporaryDirectory directory;
    std::string text = replaced(good_board_partition(), "    hypervisor {",
                                "    board-tree = \"board.dts\";\n    hypervisor {");
    std::string board = "/dts-v1/; / {\n" + good_board() + "};\n";
    write_files(directory.path(), {{"p.dts", Bytes(text.begin(), text.end())}});
    CHECK_THROWS_WITH(compile(directory.path() / "p.dts", {}), doctest::Contains("board.dts"));
    write_files(directory.path(), {{"board.dts", Bytes(board.begin(), board.end())}});
    Compiled compiled = compile(directory.path() / "p.dts", {});
    CHECK(compiled.findings.empty());
    CHECK(compiled.dependencies.find("board.dts") != std::string::npos);
    CHECK(file_of(compiled, "root.cell") ==
          file_of(compile_on(good_board(), good_board_partition()), "root.cell"));
}

TEST_CASE("the same input gives the same files") {
    Compiled first = compile_on(good_board(), good_board_partition());
    Compiled second = compile_on(good_board(), good_board_partition());
    for (const char* name :
         {"root.cell", "one.cell", "two.cell", "merged.dtb", "reserved-memory.dtbo"})
        CHECK(file_of(first, name) == file_of(second, name));
}
