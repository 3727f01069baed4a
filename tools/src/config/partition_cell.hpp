// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/partition_node.hpp"

#include <set>

namespace brig::config {

// A `console` node, of the hypervisor or of a cell.
Console read_console(Node node);

// The node `root` or one child of `cells`.
class CellReader {
public:
    CellReader(Node node, uint64_t gicd_base, unsigned num_interrupts, bool root)
        : node_(std::move(node)), gicd_base_(gicd_base), num_interrupts_(num_interrupts),
          root_(root) {}

    Cell read();

    // The cells named by `excludes`.
    const std::vector<std::string>& excluded_names() const { return excluded_names_; }

    // Root memory marked `reserved`.
    const std::vector<Range>& reserved() const { return reserved_; }

private:
    std::set<unsigned> read_cpus();
    std::set<unsigned> read_interrupts();
    void add_interrupt(std::set<unsigned>& intids, uint32_t intid, std::string_view property);
    void read_flags();
    void read_start();
    void read_children();
    void read_region(Node node, bool device);
    void read_comm_region(Node node);

    Node node_;
    uint64_t gicd_base_;
    unsigned num_interrupts_;
    bool root_;
    Cell cell_;
    std::vector<Range> reserved_;
    std::vector<std::string> excluded_names_;
};

} // namespace brig::config
