// SPDX-License-Identifier: Apache-2.0
#include "config/overlay.hpp"
#include "support.hpp"
#include "util/process.hpp"

#include <doctest/doctest.h>
#include <libfdt.h>

using namespace brig;
using namespace brig::config;

namespace {

std::string run(const std::vector<std::string>& command) {
    ProcessResult result = run_process(command);
    CHECK_MESSAGE(result.status == 0, result.output);
    return result.output;
}

// As dtc prints it, which makes two trees comparable.
std::string normal_form(const std::filesystem::path& file, const char* format) {
    return run({"dtc", "-q", "-s", "-I", format, "-O", "dts", file});
}

} // namespace

TEST_CASE("source and blob of the overlay say the same, and fdtoverlay applies them") {
    TemporaryDirectory directory;
    Compiled compiled = test::compile_text(test::good_partition());
    std::string board = "/dts-v1/; / { model = \"board\"; #address-cells = <2>; "
                        "#size-cells = <2>; };";
    write_files(directory.path(), compiled.files);
    write_files(directory.path(), {{"board.dts", Bytes(board.begin(), board.end())}});
    auto path = [&directory](const char* name) { return (directory.path() / name).string(); };
    run({"dtc", "-q", "-I", "dts", "-O", "dtb", "-o", path("from-source.dtbo"),
         path("reserved-memory.dtso")});
    CHECK(normal_form(path("from-source.dtbo"), "dtb") ==
          normal_form(path("reserved-memory.dtbo"), "dtb"));

    run({"dtc", "-q", "-I", "dts", "-O", "dtb", "-o", path("board.dtb"), path("board.dts")});
    run({"fdtoverlay", "-i", path("board.dtb"), "-o", path("merged.dtb"),
         path("reserved-memory.dtbo")});
    Bytes merged = read_file(path("merged.dtb"), "merged tree");
    auto check_node = [&merged](const char* node, uint64_t start, uint64_t size) {
        int offset = fdt_path_offset(merged.data(), node);
        REQUIRE_MESSAGE(offset >= 0, node);
        CHECK(fdt_getprop(merged.data(), offset, "no-map", nullptr));
        int length = 0;
        const auto* reg =
            static_cast<const fdt64_t*>(fdt_getprop(merged.data(), offset, "reg", &length));
        REQUIRE(length == 16);
        CHECK(fdt64_ld(reg) == start);
        CHECK(fdt64_ld(reg + 1) == size);
    };
    check_node("/reserved-memory/brig-hypervisor@7fc00000", 0x7fc00000, 0x400000);
    check_node("/reserved-memory/brig-cells@70000000", 0x70000000, 0x10000);
    check_node("/reserved-memory/brig-cells@70100000", 0x70100000, 0x10000);
}

TEST_CASE("reservations are merged; devices, communication regions and placeholders left out") {
    Partition partition;
    partition.configuration.system.hypervisor_memory = {"hv", 0x9000, 0, 0x1000, 0};
    partition.reserved = {{0x4000, 0x5fff}, {0x20000, 0x20fff}};
    Cell cell;
    cell.regions = {
        {"inside", 0x4000, 0, 0x1000, BRIG_MEM_READ},
        {"adjacent", 0x6000, 0, 0x2000, BRIG_MEM_READ},
        {"device", 0x30000, 0, 0x1000, BRIG_MEM_READ | BRIG_MEM_IO},
        {"comm", 0, 0x80000000, 0x1000, BRIG_MEM_COMM_REGION},
        {"placeholder", 0, 0, 0, 0},
    };
    partition.configuration.cells = {cell};
    std::vector<Reservation> result = make_overlay(partition).reservations;
    REQUIRE(result.size() == 3);
    CHECK(result[0].name == "brig-hypervisor");
    CHECK(result[0].range.text() == "0x9000-0x9fff");
    CHECK(result[1].range.text() == "0x4000-0x7fff");
    CHECK(result[2].range.text() == "0x20000-0x20fff");
}
