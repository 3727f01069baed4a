// SPDX-License-Identifier: Apache-2.0
#include "config/compile.hpp"
#include "config/binary.hpp"
#include "config/checks.hpp"
#include "config/checks_board.hpp"
#include "config/overlay.hpp"
#include "config/report.hpp"
#include "util/json.hpp"

namespace brig::config {

namespace {

Bytes bytes(const std::string& text) {
    return {text.begin(), text.end()};
}

// Null without a board tree.
std::shared_ptr<BoardView> load_board(const std::filesystem::path& partition, const Bytes& blob,
                                      const CompileOptions& options, std::string& dependencies) {
    std::filesystem::path file = options.board;
    if (file.empty()) {
        std::string named = board_tree_of(blob);
        if (named.empty())
            return nullptr;
        file = partition.parent_path() / named;
        for (const auto& directory : options.dtc.include_directories)
            if (!std::filesystem::exists(file) &&
                std::filesystem::exists(std::filesystem::path(directory) / named))
                file = std::filesystem::path(directory) / named;
    }
    DeviceTree tree = load_device_tree(file, options.dtc, "board tree", true);
    dependencies += " " + tree.dependencies;
    return std::make_shared<BoardView>(BoardView::parse(tree.blob, file.string()));
}

Findings check_all(const Partition& partition) {
    Findings general = check(partition.configuration, partition_words());
    if (!partition.board)
        return general;
    Findings findings = check_board(partition);
    drop_repeated(findings, general);
    findings.insert(findings.end(), general.begin(), general.end());
    return findings;
}

void add_board_files(Compiled& result, const std::string& name) {
    const Partition& partition = result.partition;
    Bytes overlay = overlay_blob(make_overlay(partition));
    result.files.push_back({"merged.dtb", apply_overlay(partition.board->tree.blob(), overlay)});
    result.files.push_back({"cmdline", bytes(kernel_arguments(*partition.board) + "\n")});
    result.files.push_back({"report.txt", bytes(report_text(partition, result.findings, name))});
    result.files.push_back(
        {"report.json", bytes(json_text(report_json(partition, result.findings, name)))});
}

} // namespace

Partition load_partition(const std::filesystem::path& file, const CompileOptions& options,
                         std::string* dependencies) {
    DeviceTree tree = load_device_tree(file, options.dtc);
    auto board = load_board(file, tree.blob, options, tree.dependencies);
    Partition partition = read_partition(tree.blob, board);
    partition.acceptance.apply(partition.findings);
    if (board && !has_errors(partition.findings))
        complete(partition);
    if (dependencies)
        *dependencies = tree.dependencies;
    return partition;
}

Findings check_partition(const Partition& partition) {
    Findings findings = partition.findings;
    Findings faults = check_all(partition);
    findings.insert(findings.end(), faults.begin(), faults.end());
    partition.acceptance.apply(findings);
    partition.acceptance.report_idle(findings);
    return findings;
}

Compiled compile(const std::filesystem::path& file, const CompileOptions& options) {
    Compiled result;
    result.partition = load_partition(file, options, &result.dependencies);
    Partition& partition = result.partition;
    result.findings = partition.findings;
    // A model with parts missing would only make more noise.
    if (has_errors(result.findings))
        return result;
    result.findings = check_partition(partition);
    if (has_errors(result.findings))
        return result;

    result.files.push_back({"root.cell", write_system(partition.configuration.system)});
    for (size_t i = 0; i < partition.configuration.cells.size(); i++)
        result.files.push_back(
            {partition.file_names[i] + ".cell", write_cell(partition.configuration.cells[i])});
    Overlay overlay = make_overlay(partition);
    result.files.push_back(
        {"reserved-memory.dtso", bytes(overlay_source(overlay, file.filename().string()))});
    result.files.push_back({"reserved-memory.dtbo", overlay_blob(overlay)});
    if (partition.board)
        add_board_files(result, file.filename().string());
    return result;
}

} // namespace brig::config
