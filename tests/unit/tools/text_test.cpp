// SPDX-License-Identifier: Apache-2.0
#include "config/names.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

#include <brig/config.h>
#include <doctest/doctest.h>

#include <fstream>

using namespace brig;

TEST_CASE("nearest names") {
    CHECK(nearest("loadble", {"loadable", "dma"}) == "loadable");
    CHECK(nearest("cpu", {"cpus", "guest"}) == "cpus");
    CHECK(nearest("completely-else", {"cpus", "guest"}) == std::nullopt);
    CHECK(nearest("x", {"io"}) == std::nullopt);
    CHECK(suggestion("memry", {"memory"}) == " (did you mean `memory`?)");
}

TEST_CASE("numbers and lists") {
    CHECK(parse_number("10") == 10);
    CHECK(parse_number("0x10") == 16);
    CHECK(parse_number("010") == 8);
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x", "1x", "99999999999999999999"})
        CHECK_MESSAGE(parse_number(text) == std::nullopt, text);
    CHECK(parse_number(std::string_view("1\0", 2)) == std::nullopt);
    CHECK(list_text({}) == "none");
    CHECK(list_text({0, 2, 3, 5}) == "0,2-3,5");
    CHECK(joined({"a", "b", "c"}) == "a, b and c");
    CHECK(printable("a\x1b[2J\xff") == "a?[2J?");
}

TEST_CASE("words for flags and types") {
    using namespace config;
    CHECK(flags_text(0, memory_flags()) == "none");
    CHECK(flags_text(0x80000041, memory_flags()) == "read, loadable, 0x80000000");
    CHECK(console_type("PL011") == BRIG_CONSOLE_PL011);
    CHECK(console_type("imx-lpuart") == BRIG_CONSOLE_LPUART);
    CHECK(console_type("efifb") == std::nullopt);
    CHECK(console_type_text(99) == "99");
    CHECK(iommu_type("smmuv3") == BRIG_IOMMU_SMMUV3);
    CHECK(iommu_type("amd") == std::nullopt);
    for (unsigned type = 0; type <= BRIG_CONSOLE_SCIF; type++)
        if (type != BRIG_CONSOLE_EFIFB)
            CHECK(console_type(console_type_text(type)) == type);
}

TEST_CASE("all files are written, or none") {
    TemporaryDirectory directory;
    auto content = [&directory](const char* name) {
        Bytes bytes = read_file(directory.path() / name, "test file");
        return std::string(bytes.begin(), bytes.end());
    };
    write_files(directory.path(), {{"a", {'1'}}, {"b", {'2'}}});
    CHECK(content("a") == "1");
    // "b.tmp" cannot be opened, so "a" must keep its content.
    std::filesystem::create_directory(directory.path() / "b.tmp");
    CHECK_THROWS_AS(write_files(directory.path(), {{"a", {'3'}}, {"b", {'4'}}}), Error);
    CHECK(content("a") == "1");
    CHECK(content("b") == "2");
    CHECK_FALSE(std::filesystem::exists(directory.path() / "a.tmp"));
    CHECK_THROWS_WITH(read_file(directory.path() / "none", "thing"),
                      doctest::Contains("opening the thing"));
    CHECK_THROWS_WITH(read_file(directory.path(), "thing"), doctest::Contains("is a directory"));
}

TEST_CASE("processes") {
    CHECK(run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}).status == 3);
    CHECK(run_process({"sh", "-c", "echo out; echo err >&2"}).output == "out\nerr\n");
    CHECK(run_process({"sh", "-c", "kill -9 $$"}).status == 137);
    CHECK_THROWS_WITH(run_process({"/no/such/program"}), doctest::Contains("/no/such/program"));
}
