// SPDX-License-Identifier: Apache-2.0
// A board's device tree. Everything is read and checked once, when the blob is loaded, so that no
// damaged blob can do harm later: what is not readable as asked for is simply not there.
#pragma once

#include "util/file.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brig::board {

class Node {
public:
    std::string path; // "/soc/serial@feb50000"; "/" is the root
    std::string name; // "serial@feb50000"; empty for the root
    const Node* parent = nullptr;
    std::vector<const Node*> children; // in the order of the blob
    std::map<std::string, Bytes> properties;

    bool has(const std::string& property) const { return properties.contains(property); }
    // The value's bytes; null when there is no such property.
    const Bytes* raw(const std::string& property) const;
    // The value as 32-bit cells; bytes behind the last whole cell are left out.
    std::vector<uint32_t> cells(const std::string& property) const;
    // One cell of it.
    std::optional<uint32_t> cell(const std::string& property, size_t index = 0) const;
    // The value as a list of strings, printable characters only.
    std::vector<std::string> strings(const std::string& property) const;
    // The first string; empty when there is none.
    std::string text(const std::string& property) const;
    bool compatible(std::string_view name) const;
    // The first of `names` that the node is compatible with; null when none.
    template <typename Names>
    const typename Names::value_type* compatible_with(const Names& names) const {
        for (const auto& candidate : names)
            if (compatible(candidate))
                return &candidate;
        return nullptr;
    }

    // `status` of this node and of all its parents.
    bool enabled() const;
    // Name without unit address.
    std::string base_name() const;
    // #address-cells and #size-cells that this node's children use.
    unsigned address_cells() const;
    unsigned size_cells() const;
};

class Tree {
public:
    // Throws Error with the reason when the blob is no device tree, is damaged, or is beyond any
    // real tree (16 MiB, 64 levels, 100,000 nodes). `name` is for the error text.
    static Tree parse(const Bytes& blob, const std::string& name);
    static Tree load(const std::filesystem::path& file);

    const std::string& file() const { return file_; }
    const Node& root() const { return *nodes_.front(); }
    // All nodes in the order of the blob, parents before children.
    const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
    // Ranges of the blob's memory reservation block, start and size.
    const std::vector<std::pair<uint64_t, uint64_t>>& reservations() const { return reservations_; }
    const Bytes& blob() const { return blob_; }

    // Null when there is no node at this full path.
    const Node* find(std::string_view path) const;
    const Node* by_phandle(uint32_t phandle) const;
    // A full path, a label (`uart3` or `&uart3`; trees built with symbols have them) or an alias.
    // Throws Error that names what is nearest, or both meanings of an ambiguous name.
    const Node& resolve(const std::string& text) const;
    // The shortest unambiguous text that resolve() takes for the node: label, alias or path.
    std::string name_of(const Node& node) const;
    // Labels and aliases with their nodes.
    const std::map<std::string, const Node*>& labels() const { return labels_; }
    const std::map<std::string, const Node*>& aliases() const { return aliases_; }

private:
    std::string file_;
    Bytes blob_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::string, const Node*, std::less<>> paths_;
    std::map<uint32_t, const Node*> phandles_;
    std::map<std::string, const Node*> labels_;
    std::map<std::string, const Node*> aliases_;
    std::vector<std::pair<uint64_t, uint64_t>> reservations_;

    void read_nodes();
    void read_names(const char* node, std::map<std::string, const Node*>& names);
    [[noreturn]] void not_found(const std::string& text) const;
};

} // namespace brig::board
