// SPDX-License-Identifier: Apache-2.0
#include "config/partition.hpp"
#include "util/error.hpp"
#include "util/process.hpp"

#include <libfdt.h>

namespace brig::config {

DeviceTree load_device_tree(const std::filesystem::path& file, const DtcOptions& options,
                            std::string_view what, bool labels) {
    Bytes content = read_file(file, what);
    static constexpr uint8_t magic[] = {0xd0, 0x0d, 0xfe, 0xed};
    if (content.size() >= 4 && std::equal(std::begin(magic), std::end(magic), content.begin()))
        return {std::move(content), file.string()};

    TemporaryDirectory directory;
    std::filesystem::path blob = directory.path() / "partition.dtb";
    std::filesystem::path deps = directory.path() / "partition.d";
    std::vector<std::string> command = {options.dtc, "-q", "-I", "dts", "-O",
                                        "dtb",       "-o", blob, "-d",  deps.string()};
    if (labels)
        command.push_back("-@");
    for (const auto& include : options.include_directories) {
        command.push_back("-i");
        command.push_back(include);
    }
    command.push_back(file.string());

    ProcessResult result;
    try {
        result = run_process(command);
    } catch (const Error& error) {
        fail("compiling {}: {}. Install Debian's package device-tree-compiler, or name the program "
             "with --dtc",
             file.string(), error.what());
    }
    if (result.status != 0)
        fail("compiling {}: {} refused it (status {}):\n{}", file.string(), options.dtc,
             result.status, result.output);

    Bytes list = read_file(deps, "dependency list of dtc");
    std::string dependencies(list.begin(), list.end());
    dependencies.erase(0, dependencies.find(':') + 1);
    while (!dependencies.empty() && (dependencies.back() == '\n' || dependencies.back() == ' '))
        dependencies.pop_back();
    return {read_file(blob, "output of dtc"), dependencies};
}

} // namespace brig::config
