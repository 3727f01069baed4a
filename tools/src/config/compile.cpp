// SPDX-License-Identifier: Apache-2.0
#include "config/compile.hpp"
#include "config/binary.hpp"
#include "config/checks.hpp"
#include "config/overlay.hpp"

namespace brig::config {

Compiled compile(const std::filesystem::path& file, const DtcOptions& options) {
    DeviceTree tree = load_device_tree(file, options);
    Partition partition = read_partition(tree.blob);
    Compiled result;
    result.dependencies = tree.dependencies;
    result.findings = partition.findings;
    // A model with parts missing would only make more noise.
    if (has_errors(result.findings))
        return result;
    Findings faults = check(partition.configuration, partition_words());
    result.findings.insert(result.findings.end(), faults.begin(), faults.end());
    if (has_errors(result.findings))
        return result;

    result.files.push_back({"root.cell", write_system(partition.configuration.system)});
    for (size_t i = 0; i < partition.configuration.cells.size(); i++)
        result.files.push_back(
            {partition.file_names[i] + ".cell", write_cell(partition.configuration.cells[i])});
    std::vector<Reservation> reserved = reservations(partition);
    std::string source = overlay_source(reserved, file.filename().string());
    result.files.push_back({"reserved-memory.dtso", Bytes(source.begin(), source.end())});
    result.files.push_back({"reserved-memory.dtbo", overlay_blob(reserved)});
    return result;
}

} // namespace brig::config
