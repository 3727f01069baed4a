// SPDX-License-Identifier: Apache-2.0
// What the readers of the partition language share, and the reader of cells.
#pragma once

#include "config/acceptance.hpp"
#include "config/board_view.hpp"
#include "config/device_grant.hpp"
#include "config/partition.hpp"
#include "config/partition_node.hpp"

#include <set>

namespace brig::config {

// What the reader of a node needs to know of the rest.
struct ReadContext {
    const BoardView* board = nullptr; // null: everything is explicit
    Acceptance* acceptance = nullptr;
    uint64_t gicd_base = 0;
    unsigned num_interrupts = 1020;
    std::set<const board::Node*> iommus; // those that the hypervisor drives
};

// The node of the board tree that `text` means; a fault of the property when there is none.
const board::Node* find_node(Node& node, std::string_view property, const std::string& text,
                             const ReadContext& context);

// A `console` node, of the hypervisor or of a cell. `device` is the node of the board tree that it
// names, if any; then properties that are left out come from there.
struct ConsoleRead {
    Console console;
    const board::Node* device = nullptr;
};
ConsoleRead read_console(Node node, const ReadContext& context);
// The console of a UART of the board tree; empty when Brig has no driver for it.
std::optional<Console> console_of(const BoardView& board, const board::Node& uart);

void read_hypervisor(Node node, Partition& partition, ReadContext& context);

// The node `root` or one child of `cells`.
class CellReader {
public:
    CellReader(Node node, const ReadContext& context, bool root)
        : node_(std::move(node)), context_(context), root_(root) {}

    Cell read();

    // The cells named by `excludes`.
    const std::vector<std::string>& excluded_names() const { return excluded_names_; }

    // Root memory marked `reserved`.
    const std::vector<Range>& reserved() const { return reserved_; }

    // Regions given by size alone; `cell` is left to the caller.
    const std::vector<MemoryRequest>& requests() const { return requests_; }

private:
    std::set<unsigned> read_cpus();
    std::set<unsigned> read_interrupts();
    void add_interrupt(std::set<unsigned>& intids, uint32_t intid, std::string_view property);
    void read_flags();
    void read_start();
    void read_children();
    void read_console_child(Node node);

    // partition_region.cpp
    uint64_t read_region_flags(Node& node, bool device);
    void read_region(Node node, bool device);
    void read_sized_memory(Node node);
    void read_memory_of(Node node);
    void read_comm_region(Node node);
    void read_device_list();
    void read_device_of(Node node);
    void add_grant(Node& node, std::string_view property, GrantRequest request);

    Node node_;
    const ReadContext& context_;
    bool root_;
    Cell cell_;
    std::set<unsigned> device_interrupts_;
    std::vector<Range> reserved_;
    std::vector<std::string> excluded_names_;
    std::vector<MemoryRequest> requests_;
};

} // namespace brig::config
