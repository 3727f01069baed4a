// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"
#include "config/import.hpp"
#include "config/revisions.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <brig/comm_region.h>
#include <doctest/doctest.h>

#include <cstring>
#include <random>

using namespace brig;
using namespace brig::config;

namespace {

constexpr uint64_t gicd = 0x8000000;
constexpr uint64_t rw = BRIG_MEM_READ | BRIG_MEM_WRITE;

// A cell with everything that the language can say.
Cell rich_cell() {
    Cell cell;
    cell.name = "rich";
    cell.architecture = BRIG_CONFIG_ARCH_ARM64;
    cell.revision = BRIG_CONFIG_REVISION;
    cell.flags = BRIG_CELL_PASSIVE_COMMREG | BRIG_CELL_AARCH32 | BRIG_CELL_CONSOLE_PERMITTED |
                 BRIG_CELL_CONSOLE_ACTIVE;
    cell.cpu_set = make_cpu_set({1, 2, 65});
    cell.irqchips = make_irqchips({32, 40, 41, 42, 300, 900, 901}, gicd);
    cell.vpci_irq_base = 100;
    cell.cpu_reset_address = 0x1234500000;
    cell.msg_reply_timeout = 0x500000001;
    cell.stream_ids = {7, 0x80010002};
    cell.console = {0xfeb50000,
                    0x1000,
                    BRIG_CONSOLE_8250,
                    BRIG_CON_MMIO | BRIG_CON_MDR_QUIRK | BRIG_CON_WRITE_MASKED_GATE,
                    13,
                    7,
                    0xfd7c0800};
    cell.regions = {
        {"", 0x70000000, 0, 0x10000, rw | BRIG_MEM_EXECUTE | BRIG_MEM_LOADABLE},
        {"", 0x123456789000, 0x200000, 0x40000000, BRIG_MEM_READ | BRIG_MEM_DMA},
        {"", 0, 0, 0, 0},
        {"", 0x70000000, 0x400000, 0x10000, BRIG_MEM_READ | BRIG_MEM_ROOTSHARED},
        {"", 0xfeb50000, 0xfeb50000, 0x1000, rw | BRIG_MEM_IO | BRIG_MEM_NO_HUGEPAGES},
        {"", 0xfeb60400, 0xfeb60400, 0x100,
         rw | BRIG_MEM_IO | BRIG_MEM_IO_8 | BRIG_MEM_IO_32 | BRIG_MEM_IO_UNALIGNED},
        {"", 0, 0x80000000, 0x1000, rw | BRIG_MEM_COMM_REGION},
        {"", 0, 0, 0, 0},
    };
    return cell;
}

// The same for a system.
System rich_system() {
    System system;
    system.architecture = BRIG_CONFIG_ARCH_ARM64;
    system.revision = BRIG_CONFIG_REVISION;
    system.flags = BRIG_SYS_VIRTUAL_CONSOLE;
    system.hypervisor_memory = {"", 0x2fffc00000, 0, 0x400000, 0};
    system.debug_console = {0x9000000,
                            0x1000,
                            BRIG_CONSOLE_PL011,
                            BRIG_CON_MMIO | BRIG_CON_REGDIST_4 | BRIG_CON_INVERTED_GATE,
                            0,
                            31,
                            0x9100000};
    system.pci_mmconfig_base = 0x3f000000;
    system.pci_mmconfig_end_bus = 3;
    system.pci_is_virtual = 1;
    system.pci_domain = 2;
    system.iommu_units[0] = {"", BRIG_IOMMU_SMMUV3, 0x9050000, 0x20000, 0, 0};
    system.iommu_units[1] = {"", BRIG_IOMMU_PVU, 0x30f80000, 0x1000, 0x36000000, 0x100000};
    system.maintenance_irq = 25;
    system.gic_version = 3;
    system.gicd_base = gicd;
    system.gicr_base = 0x80a0000;
    system.root = rich_cell();
    system.root.name = "a \"board\" \\ name";
    system.root.flags &= ~BRIG_CELL_AARCH32;
    system.root.cpu_reset_address = system.root.msg_reply_timeout = 0;
    system.root.cpu_set = make_cpu_set({0, 1, 2, 3, 65});
    system.root.regions = {
        {"", 0x40000000, 0x40000000, 0x30000000, rw | BRIG_MEM_EXECUTE | BRIG_MEM_DMA},
        {"", 0xfe000000, 0xfe000000, 0x800000, rw | BRIG_MEM_IO},
    };
    return system;
}

Imported imported(const std::vector<Bytes>& files, OldStreamIds ids = OldStreamIds::Refuse) {
    std::vector<ImportFile> list;
    for (size_t i = 0; i < files.size(); i++)
        list.push_back({fmt::format("f{}", i), files[i]});
    return import_files(list, {{}, ids, {}});
}

// Both the import's own verdict and an independent look at what its text means.
void check_same(const std::vector<Bytes>& files) {
    Imported result = imported(files);
    INFO(result.source);
    REQUIRE(result.verdicts.size() == files.size());
    for (size_t i = 0; i < files.size(); i++)
        CHECK(result.verdicts[i] == fmt::format("f{}: compiles to the same bytes", i));
    CHECK(result.notes.empty());

    TemporaryDirectory directory;
    write_files(directory.path(),
                {{"again.dts", Bytes(result.source.begin(), result.source.end())}});
    Partition partition = read_partition(load_device_tree(directory.path() / "again.dts", {}).blob);
    CHECK(partition.findings.empty());
    CHECK(write_system(partition.configuration.system) == files[0]);
    REQUIRE(partition.configuration.cells.size() + 1 == files.size());
    for (size_t i = 1; i < files.size(); i++)
        CHECK(write_cell(partition.configuration.cells[i - 1]) == files[i]);
}

bool contains(const std::vector<std::string>& texts, const std::string& part) {
    for (const auto& text : texts)
        if (text.find(part) != std::string::npos)
            return true;
    std::string all;
    for (const auto& text : texts)
        all += text + "\n";
    MESSAGE("not found: ", part, "\nin:\n", all);
    return false;
}

// Revision 13: the sixth letter of the signature instead of the architecture.
Bytes revision_13(Bytes file) {
    bool system = file[2] == 'S';
    std::memcpy(file.data(), system ? "JHSYST\x0d" : "JHCELL\x0d", 7);
    return file;
}

// Revision 12: besides, the IOMMU units behind the GIC's fields, which follow their first two
// bytes without padding. Written from the description of the format, field by field.
Bytes revision_12(const Bytes& file) {
    Bytes old = revision_13(file);
    old[6] = 12;
    if (file[2] != 'S')
        return old;
    Bytes result(old.begin(), old.begin() + 0x58);
    auto append = [&](size_t from, size_t size) {
        result.insert(result.end(), old.begin() + static_cast<long>(from),
                      old.begin() + static_cast<long>(from + size));
    };
    append(0x138, 2);  // maintenance interrupt, GIC version
    append(0x13c, 40); // GICD, GICC, GICH, GICV, GICR
    append(0x058, 8 * 28);
    append(0x164, old.size() - 0x164);
    return result;
}

} // namespace

TEST_CASE("import and compile give the same bytes") {
    Cell second = rich_cell();
    second.name = "second one"; // no node can have this name
    second.console = {};
    second.irqchips.clear();
    second.flags = 0;
    check_same({write_system(rich_system()), write_cell(rich_cell()), write_cell(second)});
}

TEST_CASE("the same with GICv2, without PCI, and with consoles of all types") {
    System system = rich_system();
    system.gic_version = 2;
    system.gicr_base = 0;
    system.gicc_base = 0x8010000;
    system.gich_base = 0x8030000;
    system.gicv_base = 0x8040000;
    system.pci_mmconfig_base = system.pci_mmconfig_end_bus = system.pci_is_virtual = 0;
    system.pci_domain = 0;
    system.iommu_units = {};
    system.flags = 0;
    system.root.name = "root";
    for (uint16_t type = BRIG_CONSOLE_8250; type <= BRIG_CONSOLE_SCIF; type++) {
        system.debug_console.type = type;
        check_same({write_system(system)});
    }
    system.debug_console = {};
    check_same({write_system(system)});
}

TEST_CASE("what the compiler made of any partition file comes back") {
    Compiled compiled = test::compile_text(test::good_partition());
    check_same({test::file_of(compiled, "root.cell"), test::file_of(compiled, "one.cell"),
                test::file_of(compiled, "two.cell")});
    compiled = compile(BRIG_TREE "/bsp/qemu-virt/demo.dts", {{}, BRIG_BOARD_TREE});
    std::vector<Bytes> files;
    for (const auto& file : compiled.files)
        if (file.name.ends_with(".cell"))
            files.push_back(file.content);
    CHECK(files.size() == 5);
    check_same(files);
}

TEST_CASE("what the language has no words for becomes a comment and a warning") {
    Cell cell = rich_cell();
    brig_pci_device device{};
    device.type = BRIG_PCI_IVSHMEM;
    device.domain = 1;
    device.bdf = 2 << 3;
    device.shmem_peers = 2;
    cell.pci_devices = {device};
    cell.pci_caps = {{5, 0x50, 14, 1}};
    cell.cache_regions.resize(2);
    cell.pio_regions = {{0x3f8, 8}};
    cell.flags |= 2;
    cell.regions[0].flags |= 0x400000;
    cell.regions[1].flags = BRIG_MEM_DMA;
    cell.irqchips.push_back({"", 0x1000, 0, 32, {1, 0, 0, 0}});
    cell.console.type = BRIG_CONSOLE_EFIFB;
    System system = rich_system();
    system.root.regions[1].virt = 0;
    Imported result = imported({write_system(system), write_cell(cell)});
    for (const char* part :
         {"PCI device 0001:00:02.0, type 3", "ivshmem peer 0 of 2", "PCI capability 0x5 at 0x50",
          "cell flags 0x2", "memory flags 0x400000", "nobody may read, write or execute it",
          "an irqchip at 0x1000", "console of type efifb",
          "the root cell has everything at its host address"}) {
        CHECK(contains(result.warnings, part));
        std::string flat = result.source; // comments are broken into lines
        for (size_t at; (at = flat.find("\n")) != std::string::npos;) {
            size_t end = flat.find_first_not_of(" /", at + 1);
            flat.replace(at, std::min(end, flat.size()) - at, " ");
        }
        CHECK_MESSAGE(flat.find(part) != std::string::npos, part);
    }
    CHECK(contains(result.notes, "2 cache regions are left out"));
    CHECK(contains(result.notes, "1 PIO regions are left out"));
    CHECK(contains(result.verdicts, "f1: compiles to"));
    // The rest is there all the same, in its place.
    CHECK(result.source.find("placeholder@1 { };") != std::string::npos);
    CHECK(result.source.find("comm-region@80000000") != std::string::npos);
}

TEST_CASE("other bytes with the same meaning are a note, not a warning") {
    Cell cell = rich_cell();
    cell.cpu_set.resize(24);
    cell.id = 9;
    cell.irqchips = {{"", gicd, 0, 32, {1, 0, 0, 0}}, {"", gicd, 0, 32, {0x100, 0, 0, 0}}};
    cell.regions[2].phys = 5;
    cell.regions[6].phys = 0x1000;
    Imported clean = imported({write_system(rich_system()), write_cell(rich_cell())});
    Imported result = imported({write_system(rich_system()), write_cell(cell)});
    CHECK(result.notes.size() == 5);
    CHECK(contains(result.notes, "the CPU bitmap has 24 bytes, 16 do"));
    CHECK(contains(result.notes, "grouped into other irqchip entries"));
    CHECK(result.warnings.size() == clean.warnings.size());
}

TEST_CASE("faults of the files are told, and the text is made all the same") {
    Cell a = rich_cell();
    Cell b = rich_cell();
    b.name = "other";
    Imported result = imported({write_system(rich_system()), write_cell(a), write_cell(b)});
    CHECK(contains(result.warnings, "(compiling refuses this)"));
    CHECK(result.source.find("// excludes = \"other\";") != std::string::npos);
    CHECK(contains(result.verdicts, "f2: compiles to the same bytes"));
}

TEST_CASE("the board's tree gives names") {
    ImportOptions options;
    options.names.devices = {{"serial2", {{0xfeb50000, 0xfeb500ff}}, {300}, true},
                             {"off", {{0xfeb50000, 0xfeb500ff}}, {300}, false}};
    Imported result = import_files({{"f", write_cell(rich_cell())}}, options);
    CHECK(result.source.find("// 4 KiB: serial2\n") != std::string::npos);
    CHECK(result.source.find("// Interrupts: 300 serial2\n") != std::string::npos);
    CHECK(contains(result.verdicts, "f: compiles to the same bytes"));
}

TEST_CASE("cells alone become a part for /include/") {
    Imported result = imported({write_cell(rich_cell())});
    CHECK(result.source.find("/include/ it in a partition file") != std::string::npos);
    CHECK(result.source.find("/dts-v1/") == std::string::npos);
    CHECK(contains(result.verdicts, "f0: compiles to the same bytes"));
    CHECK_THROWS_WITH(imported({write_system(rich_system()), write_system(rich_system())}),
                      doctest::Contains("f0 is a system file already"));
}

TEST_CASE("revisions 13 and 12 hold the same as 14") {
    Bytes system = write_system(rich_system());
    Bytes cell = write_cell(rich_cell());
    CHECK(revision_12(system).size() == system.size() - 2);
    for (auto old : {revision_13, +[](Bytes file) { return revision_12(file); }}) {
        for (const Bytes& file : {system, cell}) {
            Upgraded upgraded = upgrade(old(file), "f");
            CHECK(upgraded.revision == old(file)[6]);
            CHECK(upgraded.content == file);
        }
        Imported result = imported({old(system), old(cell)});
        CHECK(contains(result.verdicts, "f0: compiles to the same bytes"));
        CHECK(contains(result.verdicts, "f1: compiles to the same bytes"));
        CHECK(contains(result.notes, "taken as arm64"));
    }
    CHECK(upgrade(system, "f").content == system);
}

TEST_CASE("stream ids that could mean two things are not guessed") {
    System system = rich_system();
    system.root.stream_ids.clear();
    system.iommu_units[1] = {"", BRIG_IOMMU_MMU500, 0x9070000, 0x10000, 0, 0};
    Bytes old_system = revision_13(write_system(system));
    Bytes old_cell = revision_13(write_cell(rich_cell()));
    CHECK_THROWS_WITH(imported({old_system, old_cell}), doctest::Contains("--old-stream-ids"));
    CHECK_THROWS_WITH(imported({old_cell}), doctest::Contains("--old-stream-ids"));
    Imported kept = imported({old_system, old_cell}, OldStreamIds::Keep);
    CHECK(kept.source.find("stream-ids = <0x7 0x80010002>;") != std::string::npos);
    Imported dropped = imported({old_system, old_cell}, OldStreamIds::Drop);
    CHECK(dropped.source.find("stream-ids") == std::string::npos);
    CHECK(contains(dropped.warnings, "left out, as wished"));
    // Today's files are clear.
    CHECK(imported({write_system(system), write_cell(rich_cell())}).source.find("stream-ids") !=
          std::string::npos);
}

TEST_CASE("old files that do not fit their layout are refused") {
    Bytes system = revision_12(write_system(rich_system()));
    Bytes cell = revision_13(write_cell(rich_cell()));
    auto refused = [](Bytes file, size_t at, int value, const char* why) {
        file[at] = static_cast<uint8_t>(value);
        CHECK_THROWS_WITH(upgrade(file, "f"), doctest::Contains(why));
    };
    refused(system, 0x58, 7, "maintenance interrupt");
    refused(system, 0x59, 1, "GIC version 1");
    refused(system, 0x5b, 1, "a GIC at");
    refused(system, 0x82, 9, "an IOMMU of type 9");
    refused(cell, 0x08 + 31, 'x', "the cell's name is no text");
    refused(cell, 0x30, 0, "a CPU bitmap of 0 bytes");
    refused(cell, 0x34, 200, "its counts ask for");
    refused(cell, 6, 11, "it has revision 11; 12, 13 and 14 can be read");
    // Revision 13's layout under revision 12's number, and the other way round.
    Bytes mixed = revision_13(write_system(rich_system()));
    mixed[6] = 12;
    CHECK_THROWS_AS(upgrade(mixed, "f"), Error);
    mixed = system;
    mixed[6] = 13;
    CHECK_THROWS_AS(upgrade(mixed, "f"), Error);
    for (size_t size = 8; size < cell.size(); size++) {
        Bytes cut(cell.begin(), cell.begin() + static_cast<long>(size));
        CHECK_THROWS_AS(upgrade(cut, "f"), Error);
    }
}

TEST_CASE("damaged files are refused or imported, never worse") {
    Bytes system = write_system(rich_system());
    Bytes cell = write_cell(rich_cell());
    std::minstd_rand random(3);
    for (int round = 0; round < 40; round++) {
        Bytes damaged_system = system;
        Bytes damaged_cell = cell;
        for (unsigned changes = 1 + random() % 8; changes-- > 0;) {
            damaged_system[8 + random() % (system.size() - 8)] = static_cast<uint8_t>(random());
            damaged_cell[8 + random() % (cell.size() - 8)] = static_cast<uint8_t>(random());
        }
        try {
            Imported result = imported({damaged_system, damaged_cell});
            CHECK(!result.source.empty());
        } catch (const Error&) {}
    }
}
