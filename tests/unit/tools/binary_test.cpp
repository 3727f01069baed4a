// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"
#include "config/dump.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstring>

using namespace brig;
using namespace brig::config;

namespace {

// The example of the format's specification, byte for byte: what differs from zero.
Bytes worked_example() {
    Bytes bytes(236);
    auto put = [&bytes](size_t offset, std::initializer_list<int> values) {
        for (int value : values)
            bytes[offset++] = static_cast<uint8_t>(value);
    };
    put(0x00, {0x4a, 0x48, 0x43, 0x4c, 0x4c, 0x02, 0x0e, 0x00, 0x74, 0x69, 0x6e, 0x79});
    put(0x2c, {1});
    put(0x30, {8, 0, 0, 0, 2});
    put(0x3c, {1});
    put(0x50, {0x70});
    put(0x67, {0x09});
    put(0x6d, {0x10});
    put(0x70, {3, 0, 3});
    put(0x84, {2});
    put(0x8e, {0xa0, 0x7f});
    put(0x9e, {0x01});
    put(0xa4, {0x47});
    put(0xb7, {0x80});
    put(0xbd, {0x10});
    put(0xc4, {0x23});
    put(0xcf, {0x08});
    put(0xd8, {0x20});
    put(0xea, {0x01});
    return bytes;
}

const char* tiny = R"(
        tiny {
            cpus = <1>;
            passive-comm-region;
            interrupts = <144>;
            virtual-pci-interrupts = <144>;
            console { type = "pl011"; reg = <0x09000000 0x1000>; };
            memory@7fa00000 { reg = <0x7fa00000 0x10000>; guest = <0>; loadable; };
            comm-region { guest = <0x80000000>; };
        };
)";

std::string tiny_partition() {
    std::string text = test::good_partition();
    size_t first = text.find("        one {");
    size_t last = text.rfind("    };\n};");
    return text.substr(0, first) + tiny + text.substr(last);
}

} // namespace

TEST_CASE("a partition file yields the worked example to the byte") {
    Compiled compiled = test::compile_text(tiny_partition());
    CHECK(test::file_of(compiled, "tiny.cell") == worked_example());
}

TEST_CASE("the worked example is read as the specification explains it") {
    Cell cell = parse_cell(worked_example(), "tiny.cell");
    CHECK(cell.name == "tiny");
    CHECK(cell.flags == BRIG_CELL_PASSIVE_COMMREG);
    CHECK(cell.cpus() == std::set<unsigned>{1});
    CHECK(cell.vpci_irq_base == 112);
    CHECK(cell.console.address == 0x09000000);
    CHECK(cell.console.type == BRIG_CONSOLE_PL011);
    CHECK(cell.console.flags == (BRIG_CON_MMIO | BRIG_CON_REGDIST_4));
    REQUIRE(cell.regions.size() == 2);
    CHECK(cell.regions[0].phys == 0x7fa00000);
    CHECK(cell.regions[0].virt == 0);
    CHECK(cell.regions[0].size == 0x10000);
    CHECK(cell.regions[0].flags == 0x47);
    CHECK(cell.regions[1].virt == 0x80000000);
    CHECK(cell.regions[1].flags == 0x23);
    CHECK(cell.interrupts() == std::set<unsigned>{144});
    CHECK(cell.irqchips[0].where == "tiny.cell: irqchip 0");
    CHECK(cell.file_size() == 236);
}

TEST_CASE("reading and writing again changes no byte") {
    Compiled compiled = test::compile_text(test::good_partition());
    Bytes root = test::file_of(compiled, "root.cell");
    Bytes one = test::file_of(compiled, "one.cell");
    CHECK(write_system(parse_system(root, "r")) == root);
    CHECK(write_cell(parse_cell(one, "c")) == one);

    // Every array in use, with bytes that tell a wrong offset.
    Cell cell = parse_cell(one, "c");
    cell.cache_regions.push_back({1, 2, 3, 4, 5});
    cell.pio_regions.push_back({6, 7});
    brig_pci_device device{};
    std::memset(&device, 0x5a, sizeof(device));
    cell.pci_devices.assign(2, device);
    cell.pci_caps.push_back({8, 9, 10, 11});
    cell.stream_ids = {0x1234, 0x5678};
    Bytes full = write_cell(cell);
    CHECK(full.size() == one.size() + 12 + 4 + 2 * 56 + 8 + 2 * 4);
    CHECK(write_cell(parse_cell(full, "c")) == full);
}

TEST_CASE("the system header has its fields where the specification says") {
    std::string text =
        test::replaced(test::good_partition(), "        gic {",
                       "        console { type = \"8250\"; reg = <0x9000000 0x100>; "
                       "register-distance = <1>; divider = <13>; "
                       "clock-gate-register = <0x9000100>; clock-gate-bit = <7>; "
                       "clock-gate-write-masked; clock-gate-inverted; };\n"
                       "        pci { ecam = <0x3f000000>; end-bus = <3>; virtual; };\n"
                       "        iommu@9050000 { type = \"smmuv3\"; reg = <0x9050000 0x20000>; };\n"
                       "        gic {");
    Bytes root = test::file_of(test::compile_text(text), "root.cell");
    auto u16 = [&root](size_t at) { return root[at] | root[at + 1] << 8; };
    auto u32 = [&](size_t at) {
        return static_cast<uint32_t>(u16(at)) | uint32_t(u16(at + 2)) << 16;
    };
    CHECK(std::memcmp(root.data(), "JHSYS\x02\x0e\x00", 8) == 0);
    CHECK(u32(0x008) == 1);
    CHECK(u32(0x00c) == 0x7fc00000);
    CHECK(u32(0x01c) == 0x400000);
    CHECK(u32(0x02c) == 0x09000000);
    CHECK(u32(0x034) == 0x100);
    CHECK(u16(0x038) == BRIG_CONSOLE_8250);
    CHECK(u16(0x03a) == 0x5001);
    CHECK(u32(0x03c) == 13);
    CHECK(u32(0x040) == 7);
    CHECK(u32(0x044) == 0x09000100);
    CHECK(u32(0x04c) == 0x3f000000);
    CHECK(root[0x054] == 3);
    CHECK(root[0x055] == 1);
    CHECK(u16(0x056) == 0xffff);
    CHECK(u32(0x058) == BRIG_IOMMU_SMMUV3);
    CHECK(u32(0x05c) == 0x09050000);
    CHECK(u32(0x064) == 0x20000);
    CHECK(root[0x138] == 25);
    CHECK(root[0x139] == 3);
    CHECK(u32(0x13c) == 0x08000000);
    CHECK(u32(0x15c) == 0x080a0000);
    CHECK(std::memcmp(&root[0x16c], "root", 5) == 0);
    CHECK(u32(0x194) == 8);
    // The embedded descriptor has neither signature nor revision.
    CHECK(Bytes(root.begin() + 0x164, root.begin() + 0x16c) == Bytes(8));
    CHECK(root[0x1e8] == 0xf);
}

TEST_CASE("files of other kinds are refused with their reason") {
    Bytes good = worked_example();
    CHECK_THROWS_WITH(parse_system(good, "f"), doctest::Contains("Not a root cell configuration"));
    Bytes other = good;
    other[0] = 'X';
    CHECK_THROWS_WITH(parse_cell(other, "f"), doctest::Contains("Not a cell configuration"));
    CHECK_THROWS_WITH(parse_file(other, "f"), doctest::Contains("no configuration file"));
    other = good;
    other[6] = 13;
    CHECK_THROWS_WITH(parse_cell(other, "f"),
                      doctest::Contains("Configuration file revision mismatch: f: it has revision "
                                        "13"));
    other = good;
    other[5] = 0;
    CHECK_THROWS_WITH(parse_cell(other, "f"),
                      doctest::Contains("Configuration has unsupported architecture: f: it is for "
                                        "x86"));
    // Revision 12: a sixth letter in place of the architecture.
    other = good;
    std::memcpy(other.data(), "JHCELL\x0c\x00", 8);
    CHECK_THROWS_WITH(parse_file(other, "f"), doctest::Contains("revision 12"));
}

TEST_CASE("dump shows everything, as text and as JSON") {
    Compiled compiled = test::compile_text(tiny_partition());
    std::string text = dump_text(parse_file(worked_example(), "f"));
    for (const char* part : {"236 bytes", "tiny", "passive-comm-region", "INTIDs 144", "pl011",
                             "INTID 144", "read, write, execute, loadable", "comm-region"})
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    auto json = dump_json(parse_file(worked_example(), "f"));
    CHECK(json["kind"] == "cell");
    CHECK(json["memory_regions"][0]["phys_start"] == 0x7fa00000);
    CHECK(json["interrupts"] == std::vector<unsigned>{144});
    CHECK(json["console"]["type"] == "pl011");

    ParsedFile root = parse_file(test::file_of(compiled, "root.cell"), "f");
    text = dump_text(root);
    for (const char* part : {"system configuration", "0x7fc00000", "GICR 0x80a0000", "INTID 25",
                             "virtual-console", "INTIDs 32-287"})
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    CHECK(dump_json(root)["gic"]["gicr_base"] == 0x80a0000);
    CHECK(dump_json(root)["root_cell"]["cpus"] == std::vector<unsigned>{0, 1, 2, 3});
}

TEST_CASE("irqchips cover every SPI, and exactly those asked for") {
    Cell cell;
    for (unsigned intid = 32; intid < 1020; intid++) {
        cell.irqchips = make_irqchips({intid}, 0x8000000);
        REQUIRE(cell.irqchips.size() == 1);
        CHECK(cell.irqchips[0].pin_base % 32 == 0);
        CHECK(cell.irqchips[0].pin_base <= 896);
        CHECK(cell.interrupts() == std::set<unsigned>{intid});
    }
    std::set<unsigned> all;
    for (unsigned intid = 32; intid < 1020; intid++)
        all.insert(intid);
    cell.irqchips = make_irqchips(all, 0x8000000);
    CHECK(cell.irqchips.size() == 8);
    CHECK(cell.interrupts() == all);
    CHECK(make_irqchips({}, 0x8000000).empty());
}

TEST_CASE("CPU bitmaps have whole 64-bit words") {
    CHECK(make_cpu_set({0}).size() == 8);
    CHECK(make_cpu_set({63}).size() == 8);
    CHECK(make_cpu_set({64}).size() == 16);
    Cell cell;
    cell.cpu_set = make_cpu_set({0, 9, 64});
    CHECK(cell.cpus() == std::set<unsigned>{0, 9, 64});
}
