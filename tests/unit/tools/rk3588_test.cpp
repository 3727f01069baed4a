// SPDX-License-Identifier: Apache-2.0
// The partition files of bsp/rk3588, on the boards' own trees, for every size of RAM.
#include "support.hpp"
#include "util/error.hpp"
#include "util/file.hpp"

#include <doctest/doctest.h>
#include <libfdt.h>

#include <algorithm>
#include <filesystem>

using namespace brig;
using namespace brig::config;

namespace {

const std::filesystem::path folder = std::filesystem::path(BRIG_TREE) / "bsp/rk3588";
const std::filesystem::path trees = BRIG_KERNEL_TREES;
const std::vector<std::string> boards = {"orangepi-5-plus", "rock-5b"};
const std::vector<std::string> sizes = {"4g", "8g", "16g", "32g"};

constexpr uint64_t page = 0x1000;

// A board's partition file for another size of RAM; `more` are include files of the folder.
Compiled compile_board(const std::string& board, const std::string& size,
                       const std::vector<std::string>& more = {},
                       const std::filesystem::path& tree = {}) {
    Bytes bytes = read_file(folder / (board + ".dts"), "partition file");
    std::string text(bytes.begin(), bytes.end());
    size_t at = text.find("\n/include/ \"ram-") + 1;
    REQUIRE(at != 0);
    std::string lines = "/include/ \"ram-" + size + ".dtsi\"";
    for (const auto& file : more)
        lines += "\n/include/ \"" + file + "\"";
    text.replace(at, text.find('\n', at) - at, lines);
    TemporaryDirectory directory;
    write_files(directory.path(), {{"test.dts", Bytes(text.begin(), text.end())}});
    CompileOptions options;
    options.dtc.include_directories = {folder.string(), trees.string()};
    options.board = tree;
    return compile(directory.path() / "test.dts", options);
}

std::string errors_of(const Compiled& compiled) {
    std::string text;
    for (const auto& finding : compiled.findings)
        if (finding.severity == Severity::Error)
            text += finding.text + "\n";
    return text;
}

bool has_page(const Cell& cell, uint64_t address) {
    return std::any_of(cell.regions.begin(), cell.regions.end(), [&](const MemoryRegion& region) {
        return region.has_phys() && region.phys_range().overlaps(make_range(address, page));
    });
}

const Cell& cell_named(const Compiled& compiled, const std::string& name) {
    for (const auto& cell : compiled.partition.configuration.cells)
        if (cell.name == name)
            return cell;
    FAIL("no cell ", name);
    return compiled.partition.configuration.cells.at(0);
}

// First and last pages of what Linux has as RAM on an image with OP-TEE.
std::vector<uint64_t> ram_pages(const std::string& size) {
    std::vector<uint64_t> pages = {0x200000,   0x83ff000,  0x9400000, 0x1ffff000,
                                   0x20400000, 0x24000000, 0xeffff000};
    if (size == "8g")
        pages.insert(pages.end(), {0x100000000, 0x1fffff000});
    if (size == "16g" || size == "32g")
        pages.insert(pages.end(), {0x100000000, 0x3fbfff000, 0x3fc500000, 0x3ffeff000});
    if (size == "32g")
        pages.insert(pages.end(), {0x400000000, 0x7fffff000});
    return pages;
}

// Pages that the root cell must not reach: what is not there would be a second name of other RAM.
std::vector<uint64_t> forbidden_pages(const std::string& size) {
    std::vector<uint64_t> pages = {0x0,         0xff000,     // BL31
                                   0x8400000,   0x93ff000,   // OP-TEE
                                   0x20000000,  0x203ff000,  // hypervisor
                                   0x3fc000000, 0x3fc4ff000, // gaps
                                   0x3fff00000, 0x3fffff000,
                                   0xfe600000,  0xfe610000,
                                   0xfe680000,  0xfe77f000, // GIC without ITS
                                   0xf5000000,  0xf5fff000, // virtual PCI
                                   0xff000000,  0xff0f0000, // secure SRAM
                                   0x800000000, 0x8ffffffff & ~(page - 1)};
    if (size == "4g")
        pages.insert(pages.end(), {0x100000000, 0x1f0000000});
    if (size == "4g" || size == "8g")
        pages.insert(pages.end(), {0x200000000, 0x2f0000000, 0x3fc500000});
    if (size != "32g")
        pages.insert(pages.end(), {0x400000000, 0x4f0000000, 0x7fffff000});
    return pages;
}

// The board's tree as a boot loader with 8 GB hands it over.
Bytes with_8g(const std::filesystem::path& tree) {
    Bytes blob = read_file(tree, "board tree");
    blob.resize(blob.size() + 0x1000);
    void* fdt = blob.data();
    const uint64_t banks[] = {0x200000, 0x8200000, 0x9400000, 0xe6c00000, 0x100000000, 0x100000000};
    REQUIRE(fdt_open_into(fdt, fdt, static_cast<int>(blob.size())) == 0);
    int node = fdt_add_subnode(fdt, 0, "memory");
    REQUIRE(node >= 0);
    REQUIRE(fdt_setprop_string(fdt, node, "device_type", "memory") == 0);
    for (uint64_t number : banks)
        REQUIRE(fdt_appendprop_u64(fdt, node, "reg", number) == 0);
    return blob;
}

} // namespace

TEST_CASE("RK3588: the root cell has all RAM of its board, and nothing beside it") {
    for (const auto& board : boards)
        for (const auto& size : sizes) {
            CAPTURE(board);
            CAPTURE(size);
            Compiled compiled = compile_board(board, size);
            REQUIRE(errors_of(compiled) == "");
            const System& system = compiled.partition.configuration.system;
            for (uint64_t address : ram_pages(size))
                CHECK_MESSAGE(has_page(system.root, address), "lacks ", address);
            for (uint64_t address : forbidden_pages(size))
                CHECK_MESSAGE(!has_page(system.root, address), "has ", address);
            // Devices: SCMI's mailbox, UART2, ITS, CRU, first and last of PCIe
            for (uint64_t address : {0x10f000ull, 0xfeb50000ull, 0xfe640000ull, 0xfe660000ull,
                                     0xfd7c0000ull, 0xf0000000ull, 0x900000000ull, 0xa413ff000ull})
                CHECK_MESSAGE(has_page(system.root, address), "lacks ", address);
            CHECK(system.root.cpus() == std::set<unsigned>{0, 1, 2, 3, 4, 5, 6, 7});
            CHECK(system.root.interrupts().size() == 480);
        }
}

TEST_CASE("RK3588: what the hypervisor is told about the board") {
    for (const auto& board : boards) {
        CAPTURE(board);
        Compiled compiled = compile_board(board, "16g");
        REQUIRE(errors_of(compiled) == "");
        const System& system = compiled.partition.configuration.system;
        CHECK(system.gic_version == 3);
        CHECK(system.gicd_base == 0xfe600000);
        CHECK(system.gicr_base == 0xfe680000);
        CHECK(system.maintenance_irq == 25);
        CHECK(system.debug_console == Console{0xfeb50000, page, BRIG_CONSOLE_8250,
                                              BRIG_CON_MMIO | BRIG_CON_REGDIST_4, 0, 0, 0});
        CHECK(system.pci_mmconfig_base == 0xf5000000);
        CHECK(system.pci_domain > 4);
        CHECK(system.root.vpci_irq_base == 448);
    }
}

TEST_CASE("RK3588: the cells") {
    for (const auto& board : boards) {
        CAPTURE(board);
        Compiled compiled = compile_board(board, "16g");
        REQUIRE(errors_of(compiled) == "");
        CHECK(cell_named(compiled, "a55").cpus() == std::set<unsigned>{2, 3});
        CHECK(cell_named(compiled, "a76").cpus() == std::set<unsigned>{6, 7});
        CHECK(cell_named(compiled, "mixed").cpus() == std::set<unsigned>{1, 5});
        const Cell& uart3 = cell_named(compiled, "uart3");
        CHECK(uart3.interrupts() == std::set<unsigned>{366});
        CHECK(has_page(uart3, 0xfeb60000));
        CHECK(uart3.console ==
              Console{0xfeb60000, page, BRIG_CONSOLE_8250,
                      BRIG_CON_MMIO | BRIG_CON_REGDIST_4 | BRIG_CON_WRITE_MASKED_GATE, 13, 3,
                      0xfd7c0834});
        // Of the clock controller it has one word, to write, and not that of the bus clocks.
        for (const auto& region : uart3.regions)
            if (region.has_phys() &&
                region.phys_range().overlaps(make_range(0xfd7c0000, 0x5c000))) {
                CHECK(region.phys == 0xfd7c0834);
                CHECK(region.size == 4);
                CHECK(region.flags ==
                      (BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_32 | BRIG_MEM_ROOTSHARED));
            }
        // The firmware's only clock channel is the root cell's.
        for (const auto& cell : compiled.partition.configuration.cells) {
            CHECK_FALSE(has_page(cell, 0x10f000));
            CHECK_FALSE(has_page(cell, 0xfeb50000));
        }
    }
}

TEST_CASE("RK3588: newer DDR firmware, and firmware without OP-TEE") {
    const std::vector<std::pair<std::string, uint64_t>> windows = {
        {"4g", 0x1f0000000}, {"8g", 0x2f0000000}, {"16g", 0x4f0000000}, {"32g", 0x8f0000000}};
    for (const auto& [size, window] : windows) {
        CAPTURE(size);
        Compiled compiled =
            compile_board("rock-5b", size, {"ram-" + size + "-recycled.dtsi", "no-op-tee.dtsi"});
        REQUIRE(errors_of(compiled) == "");
        const Cell& root = compiled.partition.configuration.system.root;
        CHECK(has_page(root, window));
        CHECK(has_page(root, window + 0xffff000));
        CHECK_FALSE(has_page(root, window - page));
        CHECK(has_page(root, 0x8400000));
        CHECK(has_page(root, 0x93ff000));
    }
}

TEST_CASE("RK3588: a map of 16 GB is refused on a board with 8 GB") {
    TemporaryDirectory directory;
    std::filesystem::path live = directory.path() / "live.dtb";
    write_files(directory.path(),
                {{"live.dtb", with_8g(trees / "rockchip/rk3588-orangepi-5-plus.dtb")}});
    CHECK(errors_of(compile_board("orangepi-5-plus", "8g", {}, live)) == "");
    for (const char* size : {"4g", "16g", "32g"}) {
        Compiled compiled = compile_board("orangepi-5-plus", size, {}, live);
        CHECK(errors_of(compiled).find("/ram: the banks are") == 0);
        CHECK(compiled.files.empty());
    }
}
