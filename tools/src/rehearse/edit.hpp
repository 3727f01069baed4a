// SPDX-License-Identifier: Apache-2.0
// A changed copy of a device tree: changes are collected, then the whole blob is written anew.
#pragma once

#include "board/tree.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace brig::rehearse {

// Values of properties.
Bytes text_value(std::string_view text);
Bytes cells_value(const std::vector<uint32_t>& cells);
// `address` and `size` in that many cells each (1 or 2). Throws Error when one does not fit.
std::vector<uint32_t> range_cells(const Range& range, unsigned address_cells, unsigned size_cells);

struct NewNode {
    std::string name;
    std::map<std::string, Bytes> properties;
    std::vector<NewNode> children = {};
};

class Edit {
public:
    // The tree must outlive the object.
    explicit Edit(const board::Tree& tree) : tree_(tree) {}

    void set(const board::Node& node, const std::string& property, Bytes value);
    void remove(const board::Node& node, const std::string& property);
    // Without the node and all below it.
    void drop(const board::Node& node) { dropped_.insert(&node); }
    void add(const board::Node& parent, NewNode node);

    // A phandle that no node of the tree has; each call gives another one.
    uint32_t new_phandle();
    // The node's phandle; it gets one if it has none.
    uint32_t phandle_of(const board::Node& node);

    // The properties as they will be written.
    std::map<std::string, Bytes> properties(const board::Node& node) const;
    Bytes write() const;

private:
    const board::Tree& tree_;
    std::map<const board::Node*, std::map<std::string, std::optional<Bytes>>> changes_;
    std::map<const board::Node*, std::vector<NewNode>> added_;
    std::set<const board::Node*> dropped_;
    uint32_t last_phandle_ = 0;

    void write_node(void* fdt, const board::Node& node) const;
    size_t added_size() const;
};

} // namespace brig::rehearse
