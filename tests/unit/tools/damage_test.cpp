// SPDX-License-Identifier: Apache-2.0
// Damaged files must end in an Error or in a result, never in a crash; the sanitizers watch.
#include "config/binary.hpp"
#include "config/check_report.hpp"
#include "config/checks.hpp"
#include "config/dump.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>

using namespace brig;
using namespace brig::config;

namespace {

// Everything that the commands do with a file. True: it was readable.
bool exercise(const Bytes& content, const System& system) {
    try {
        ParsedFile file = parse_file(content, "damaged");
        CHECK(!dump_text(file).empty());
        CHECK(!dump_json(file).dump().empty());
        Configuration configuration;
        if (auto* parsed = std::get_if<System>(&file)) {
            configuration.system = *parsed;
        } else {
            configuration.system = system;
            configuration.cells.push_back(std::get<Cell>(file));
        }
        Findings findings = check(configuration, binary_words());
        CHECK(!check_report(configuration, findings).empty());
        CHECK(!check_report_json(configuration, findings).dump().empty());
        return true;
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("damaged") != std::string::npos);
        return false;
    }
}

} // namespace

TEST_CASE("every truncation is refused") {
    Compiled compiled = test::compile_text(test::good_partition());
    System system = parse_system(test::file_of(compiled, "root.cell"), "root");
    for (const char* name : {"root.cell", "one.cell"}) {
        Bytes whole = test::file_of(compiled, name);
        CHECK(exercise(whole, system));
        for (size_t size = 0; size < whole.size(); size++)
            CHECK_FALSE(
                exercise(Bytes(whole.begin(), whole.begin() + static_cast<long>(size)), system));
        whole.resize(whole.size() + 100);
        CHECK(exercise(whole, system)); // bytes behind the end are ignored
    }
}

TEST_CASE("every flipped bit and many random bytes are survived") {
    Compiled compiled = test::compile_text(test::good_partition());
    System system = parse_system(test::file_of(compiled, "root.cell"), "root");
    std::minstd_rand random(1);
    for (const char* name : {"root.cell", "one.cell"}) {
        Bytes whole = test::file_of(compiled, name);
        for (size_t bit = 0; bit < whole.size() * 8; bit++) {
            Bytes damaged = whole;
            damaged[bit / 8] = static_cast<uint8_t>(damaged[bit / 8] ^ 1u << bit % 8);
            exercise(damaged, system);
        }
        for (int round = 0; round < 500; round++) {
            Bytes damaged = whole;
            for (unsigned changes = random() % 16; changes-- > 0;)
                damaged[8 + random() % (damaged.size() - 8)] = static_cast<uint8_t>(random());
            exercise(damaged, system);
        }
    }
}

TEST_CASE("damaged partition blobs are refused or read, never worse") {
    TemporaryDirectory directory;
    std::string source = test::good_partition();
    write_files(directory.path(), {{"test.dts", Bytes(source.begin(), source.end())}});
    Bytes blob = load_device_tree(directory.path() / "test.dts", {}).blob;
    CHECK(read_partition(blob).findings.empty());
    for (size_t size = 0; size < blob.size(); size += 7)
        CHECK_THROWS_AS(read_partition(Bytes(blob.begin(), blob.begin() + static_cast<long>(size))),
                        Error);
    std::minstd_rand random(2);
    for (int round = 0; round < 1000; round++) {
        Bytes damaged = blob;
        for (unsigned changes = 1 + random() % 4; changes-- > 0;)
            damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
        try {
            Partition partition = read_partition(damaged);
            check(partition.configuration, partition_words());
        } catch (const Error&) {}
    }
}
