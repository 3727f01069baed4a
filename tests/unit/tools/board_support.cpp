// SPDX-License-Identifier: Apache-2.0
#include "board_support.hpp"

#include "util/error.hpp"
#include "util/process.hpp"

namespace brig::test {

Bytes compile_tree(const std::string& body) {
    TemporaryDirectory directory;
    std::string source = "/dts-v1/;\n/ {\n" + body + "\n};\n";
    write_files(directory.path(), {{"test.dts", Bytes(source.begin(), source.end())}});
    std::string blob = directory.path() / "test.dtb";
    ProcessResult result = run_process(
        {"dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", blob, directory.path() / "test.dts"});
    if (result.status != 0)
        fail("dtc refused the test's tree: {}", result.output);
    return read_file(blob, "test tree");
}

board::Tree tree_of(const std::string& body) {
    return board::Tree::parse(compile_tree(body), "test.dtb");
}

Bytes kernel_tree(const std::string& name) {
    return read_file(std::filesystem::path(BRIG_KERNEL_TREES) / name, "board tree");
}

} // namespace brig::test
