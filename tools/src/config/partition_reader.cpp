// SPDX-License-Identifier: Apache-2.0
// The tree as a whole; partition_hypervisor.cpp and partition_cell.cpp read its parts.
#include "config/partition.hpp"
#include "config/partition_cell.hpp"
#include "config/partition_node.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <libfdt.h>

#include <algorithm>

namespace brig::config {

namespace {

constexpr std::string_view compatible = "brig,partition";

struct Parts {
    std::optional<Node> hypervisor, root, cells, ram;
};

Parts top_level(Node& tree, bool with_board) {
    Parts parts;
    for (auto& child : tree.children()) {
        std::string name = child.name();
        if (name == "hypervisor")
            parts.hypervisor = child;
        else if (name == "root")
            parts.root = child;
        else if (name == "cells")
            parts.cells = child;
        else if (name == "ram" && with_board)
            parts.ram = child;
        else
            child.error("there is no such node here" +
                        suggestion(name, {"hypervisor", "root", "cells", "ram"}));
    }
    if (!parts.hypervisor)
        tree.error("the node `hypervisor` is missing: it says where the hypervisor's memory, "
                   "console and interrupt controller are");
    if (!parts.root && !with_board)
        tree.error("the node `root` is missing: it lists what the root cell owns, all that cells "
                   "take included");
    return parts;
}

Widths read_widths(const void* fdt, Findings& findings) {
    Widths widths;
    Node tree(fdt, 0, "", widths, findings);
    for (auto [property, width] :
         {std::pair("#address-cells", &widths.address), std::pair("#size-cells", &widths.size)}) {
        uint32_t value = tree.number(property).value_or(2);
        if (value != 1 && value != 2)
            tree.error(property, fmt::format("{} is not possible: 1 or 2", value));
        else
            *width = value;
    }
    return widths;
}

// Turns the names of `excludes` into the places that the model uses.
void resolve_excluded(Node& node, const std::vector<std::string>& excluded, Partition& partition,
                      Cell& cell) {
    std::vector<std::string_view> names(partition.file_names.begin(), partition.file_names.end());
    for (const auto& name : excluded) {
        std::string place = "/cells/" + name;
        if (std::find(names.begin(), names.end(), name) == names.end())
            node.error("excludes",
                       fmt::format("there is no cell \"{}\"{}", name, suggestion(name, names)));
        else if (place == cell.where)
            node.error("excludes", "the cell names itself");
        cell.excludes.insert(place);
    }
}

void read_cells(Node node, Partition& partition, const ReadContext& context) {
    std::vector<Node> nodes = node.children();
    std::vector<std::vector<std::string>> excluded;
    context.acceptance->read(node);
    for (auto& child : nodes) {
        std::string name = child.name();
        if (name == "root")
            child.error("a cell cannot be called `root`: its file would replace the root cell's; "
                        "rename it");
        if (name.find('@') != std::string::npos)
            child.error("the name of a cell takes no unit address: remove the part from `@` on");
        CellReader reader(child, context, false);
        Cell cell = reader.read();
        for (MemoryRequest request : reader.requests()) {
            request.cell = partition.configuration.cells.size();
            partition.requests.push_back(request);
        }
        partition.configuration.cells.push_back(std::move(cell));
        excluded.push_back(reader.excluded_names());
        partition.file_names.push_back(name);
    }
    for (size_t i = 0; i < nodes.size(); i++)
        resolve_excluded(nodes[i], excluded[i], partition, partition.configuration.cells[i]);
    node.finish();
}

// The node `ram`: what the boot loader fills in or loads.
void read_ram(Node node, BoardView& board, Partition& partition) {
    std::vector<Range> banks;
    partition.acceptance.read(node);
    for (auto& child : node.children()) {
        std::string kind = child.kind();
        if (kind != "bank" && kind != "keep-free") {
            child.error("there is no such node here" + suggestion(kind, {"bank", "keep-free"}));
            continue;
        }
        auto reg = child.required_range("reg");
        if (reg && reg->second == 0)
            child.error("reg", "its size is 0");
        else if (reg && (reg->first | reg->second) % 0x1000 != 0 && kind == "bank")
            child.error("reg", "a bank of RAM is whole pages of 4 KiB");
        else if (reg)
            (kind == "bank" ? banks : board.keep_free)
                .push_back(make_range(reg->first, reg->second));
        if (reg)
            child.check_unit(reg->first, "reg");
        child.finish();
    }
    node.finish();
    banks = merged(std::move(banks));
    if (banks.empty())
        return;
    if (!board.ram.empty() && board.ram != banks)
        partition.findings.push_back(
            {Test::RamDiffers,
             Severity::Error,
             fmt::format("{}: the banks are {}, but {} has {}: leave the node out where the tree "
                         "is right",
                         node.path(), ranges_text(banks), board.file(), ranges_text(board.ram)),
             {},
             node.path()});
    board.ram = banks;
}

// Throws Error for a damaged blob. The length is checked first: libfdt trusts the header's own idea
// of it.
void check_blob(const Bytes& blob) {
    if (blob.size() < sizeof(fdt_header) || fdt_check_full(blob.data(), blob.size()) != 0)
        fail("reading the partition: the device-tree blob is damaged or truncated; compile it "
             "again with dtc");
}

} // namespace

std::string board_tree_of(const Bytes& blob) {
    check_blob(blob);
    int length = 0;
    const char* text = static_cast<const char*>(fdt_getprop(blob.data(), 0, "board-tree", &length));
    if (!text || length < 2 || text[length - 1] != '\0')
        return {};
    return text;
}

Partition read_partition(const Bytes& blob, std::shared_ptr<BoardView> board) {
    check_blob(blob);
    const void* fdt = blob.data();
    Partition partition;
    System& system = partition.configuration.system;
    Findings& findings = partition.findings;
    Widths widths = read_widths(fdt, findings);
    if (has_errors(findings)) // no address could be read
        return partition;
    Node tree(fdt, 0, "", widths, findings);
    tree.number("#address-cells");
    tree.number("#size-cells");

    auto kind = tree.text("compatible");
    if (kind != compatible) {
        tree.error("compatible", fmt::format("it must be \"{}\": that makes a device-tree source "
                                             "a partition file",
                                             compatible));
        return partition;
    }
    tree.text("board-tree"); // the caller's business
    partition.acceptance.read(tree);
    Parts parts = top_level(tree, board != nullptr);
    tree.finish();
    if (parts.ram)
        read_ram(*parts.ram, *board, partition);
    partition.board = board;

    system.architecture = BRIG_CONFIG_ARCH_ARM64;
    system.revision = BRIG_CONFIG_REVISION;
    ReadContext context{.board = board.get(), .acceptance = &partition.acceptance};
    if (parts.hypervisor)
        read_hypervisor(*parts.hypervisor, partition, context);
    system.where = system.root.where = "/root";
    if (parts.root) {
        CellReader reader(*parts.root, context, true);
        system.root = reader.read();
        partition.reserved = reader.reserved();
    }
    if (parts.cells)
        read_cells(*parts.cells, partition, context);
    return partition;
}

bool has_errors(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.severity == Severity::Error; });
}

} // namespace brig::config
