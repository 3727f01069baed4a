// SPDX-License-Identifier: Apache-2.0
#include "rehearse/edit.hpp"

#include "util/error.hpp"

#include <libfdt.h>

#include <algorithm>

namespace brig::rehearse {

using board::Node;

namespace {

void must(int error) {
    if (error)
        fail("writing the twin's device tree: {}", fdt_strerror(error));
}

void write_properties(void* fdt, const std::map<std::string, Bytes>& properties) {
    for (const auto& [name, value] : properties)
        must(fdt_property(fdt, name.c_str(), value.data(), static_cast<int>(value.size())));
}

void write_new(void* fdt, const NewNode& node) {
    must(fdt_begin_node(fdt, node.name.c_str()));
    write_properties(fdt, node.properties);
    for (const NewNode& child : node.children)
        write_new(fdt, child);
    must(fdt_end_node(fdt));
}

// Names of properties count fully, as if none were known yet.
size_t size_of(const NewNode& node) {
    size_t size = 32 + node.name.size();
    for (const auto& [name, value] : node.properties)
        size += 32 + name.size() + value.size();
    for (const NewNode& child : node.children)
        size += size_of(child);
    return size;
}

} // namespace

Bytes text_value(std::string_view text) {
    Bytes value(text.begin(), text.end());
    value.push_back(0);
    return value;
}

Bytes cells_value(const std::vector<uint32_t>& cells) {
    Bytes value;
    for (uint32_t cell : cells)
        for (int shift = 24; shift >= 0; shift -= 8)
            value.push_back(static_cast<uint8_t>(cell >> shift));
    return value;
}

std::vector<uint32_t> range_cells(const Range& range, unsigned address_cells, unsigned size_cells) {
    std::vector<uint32_t> cells;
    auto add = [&](uint64_t value, unsigned count) {
        if (count < 1 || count > 2 || (count == 1 && value >> 32))
            fail("writing {} into the twin's device tree: a number of {} cell(s) cannot hold it",
                 range.text(), count);
        if (count == 2)
            cells.push_back(static_cast<uint32_t>(value >> 32));
        cells.push_back(static_cast<uint32_t>(value));
    };
    add(range.first, address_cells);
    add(range.size(), size_cells);
    return cells;
}

void Edit::set(const Node& node, const std::string& property, Bytes value) {
    changes_[&node][property] = std::move(value);
}

void Edit::remove(const Node& node, const std::string& property) {
    changes_[&node][property] = std::nullopt;
}

void Edit::add(const Node& parent, NewNode node) {
    added_[&parent].push_back(std::move(node));
}

uint32_t Edit::new_phandle() {
    if (last_phandle_ == 0)
        for (const auto& node : tree_.nodes())
            for (const char* name : {"phandle", "linux,phandle"})
                if (auto value = node->cell(name); value && *value != ~0u)
                    last_phandle_ = std::max(last_phandle_, *value);
    return ++last_phandle_;
}

uint32_t Edit::phandle_of(const Node& node) {
    auto now = properties(node);
    for (const char* name : {"phandle", "linux,phandle"})
        if (auto found = now.find(name); found != now.end() && found->second.size() == 4) {
            const Bytes& value = found->second;
            return uint32_t{value[0]} << 24 | uint32_t{value[1]} << 16 | uint32_t{value[2]} << 8 |
                   value[3];
        }
    uint32_t phandle = new_phandle();
    set(node, "phandle", cells_value({phandle}));
    return phandle;
}

std::map<std::string, Bytes> Edit::properties(const Node& node) const {
    std::map<std::string, Bytes> result = node.properties;
    if (auto found = changes_.find(&node); found != changes_.end())
        for (const auto& [name, value] : found->second) {
            if (value)
                result[name] = *value;
            else
                result.erase(name);
        }
    return result;
}

void Edit::write_node(void* fdt, const Node& node) const {
    must(fdt_begin_node(fdt, node.name.c_str()));
    write_properties(fdt, properties(node));
    for (const Node* child : node.children)
        if (!dropped_.contains(child))
            write_node(fdt, *child);
    if (auto found = added_.find(&node); found != added_.end())
        for (const NewNode& child : found->second)
            write_new(fdt, child);
    must(fdt_end_node(fdt));
}

size_t Edit::added_size() const {
    size_t size = 4096;
    for (const auto& [node, properties] : changes_)
        for (const auto& [name, value] : properties)
            size += 32 + name.size() + (value ? value->size() : 0);
    for (const auto& [parent, nodes] : added_)
        for (const NewNode& node : nodes)
            size += size_of(node);
    return size;
}

Bytes Edit::write() const {
    Bytes blob(2 * tree_.blob().size() + added_size());
    void* fdt = blob.data();
    must(fdt_create(fdt, static_cast<int>(blob.size())));
    for (const auto& [start, size] : tree_.reservations())
        must(fdt_add_reservemap_entry(fdt, start, size));
    must(fdt_finish_reservemap(fdt));
    write_node(fdt, tree_.root());
    must(fdt_finish(fdt));
    blob.resize(fdt_totalsize(fdt));
    return blob;
}

} // namespace brig::rehearse
