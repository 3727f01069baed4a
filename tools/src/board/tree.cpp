// SPDX-License-Identifier: Apache-2.0
#include "board/tree.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

#include <libfdt.h>

#include <algorithm>

namespace brig::board {

namespace {

// Beyond any real tree; a damaged one must not cost more.
constexpr size_t max_bytes = 16 << 20;
constexpr size_t max_nodes = 100000;
constexpr size_t max_depth = 64;

Bytes bytes_at(const void* start, int length) {
    const auto* first = static_cast<const uint8_t*>(start);
    return {first, first + length};
}

} // namespace

Tree Tree::parse(const Bytes& blob, const std::string& name) {
    Tree tree;
    tree.file_ = name;
    if (blob.size() > max_bytes)
        fail("reading the device tree {}: it has {} bytes, no board's tree is that large", name,
             blob.size());
    // libfdt reads words, so the copy's alignment counts; a vector's memory is aligned.
    tree.blob_ = blob;
    int error = fdt_check_full(tree.blob_.data(), tree.blob_.size());
    if (error == -FDT_ERR_BADMAGIC)
        fail("reading the device tree {}: it is no device-tree blob. A source file (.dts) must be "
             "compiled with dtc first",
             name);
    if (error)
        fail("reading the device tree {}: it is damaged or cut short ({})", name,
             fdt_strerror(error));
    tree.blob_.resize(fdt_totalsize(tree.blob_.data()));
    tree.read_nodes();
    tree.read_names("/__symbols__", tree.labels_);
    tree.read_names("/aliases", tree.aliases_);
    return tree;
}

Tree Tree::load(const std::filesystem::path& file) {
    return parse(read_file(file, "device tree"), file.string());
}

void Tree::read_nodes() {
    const void* fdt = blob_.data();
    for (int i = 0; i < fdt_num_mem_rsv(fdt); i++) {
        uint64_t address = 0;
        uint64_t size = 0;
        if (fdt_get_mem_rsv(fdt, i, &address, &size) == 0 && size != 0)
            reservations_.emplace_back(address, size);
    }

    std::vector<Node*> open; // from the root to the node being read
    int next = 0;
    for (int offset = 0;; offset = next) {
        uint32_t tag = fdt_next_tag(fdt, offset, &next);
        if (tag == FDT_END || next < 0)
            break;
        if (tag == FDT_BEGIN_NODE) {
            if (nodes_.size() == max_nodes || open.size() == max_depth)
                fail("reading the device tree {}: it has more than {} nodes or {} levels, which no "
                     "board's tree has",
                     file_, max_nodes, max_depth);
            int length = 0;
            const char* name = fdt_get_name(fdt, offset, &length);
            auto node = std::make_unique<Node>();
            node->name = name ? printable({name, static_cast<size_t>(length)}) : "?";
            if (open.empty() && !nodes_.empty())
                fail("reading the device tree {}: it has two root nodes", file_);
            node->path = "/";
            if (!open.empty()) {
                node->parent = open.back();
                open.back()->children.push_back(node.get());
                node->path = (open.size() > 1 ? open.back()->path : "") + "/" + node->name;
            }
            open.push_back(node.get());
            nodes_.push_back(std::move(node));
        } else if (tag == FDT_END_NODE) {
            if (open.empty())
                break;
            open.pop_back();
        } else if (tag == FDT_PROP && !open.empty()) {
            const char* name = nullptr;
            int length = 0;
            const void* value = fdt_getprop_by_offset(fdt, offset, &name, &length);
            if (value && name)
                open.back()->properties.emplace(printable(name), bytes_at(value, length));
        }
    }
    if (nodes_.empty())
        fail("reading the device tree {}: it has no root node", file_);

    for (const auto& node : nodes_) {
        paths_.emplace(node->path, node.get());
        for (const char* property : {"phandle", "linux,phandle"})
            if (auto phandle = node->cell(property))
                phandles_.emplace(*phandle, node.get());
    }
}

void Tree::read_names(const char* node, std::map<std::string, const Node*>& names) {
    const Node* list = find(node);
    if (!list)
        return;
    for (const auto& [name, value] : list->properties) {
        // A path may be followed by options: "serial0:115200n8".
        std::string path = list->text(name);
        if (const Node* target = find(path.substr(0, path.find(':'))))
            names.emplace(name, target);
    }
}

const Node* Tree::find(std::string_view path) const {
    auto found = paths_.find(path);
    return found == paths_.end() ? nullptr : found->second;
}

const Node* Tree::by_phandle(uint32_t phandle) const {
    auto found = phandles_.find(phandle);
    return found == phandles_.end() ? nullptr : found->second;
}

const Node& Tree::resolve(const std::string& text) const {
    if (text.starts_with('/')) {
        if (const Node* node = find(text))
            return *node;
        not_found(text);
    }
    bool only_label = text.starts_with('&');
    auto label = labels_.find(only_label ? text.substr(1) : text);
    auto alias = aliases_.find(text);
    bool has_label = label != labels_.end();
    bool has_alias = !only_label && alias != aliases_.end();
    if (has_label && has_alias && label->second != alias->second)
        fail("looking for `{}` in {}: it is a label of {} and an alias of {}. Write &{} for the "
             "label, or a full path",
             text, file_, label->second->path, alias->second->path, text);
    if (has_label)
        return *label->second;
    if (has_alias)
        return *alias->second;
    not_found(text);
}

void Tree::not_found(const std::string& text) const {
    std::vector<std::string_view> candidates;
    if (text.starts_with('/')) {
        // Only names beside the first part that is wrong: a whole tree has too many.
        const Node* deepest = &root();
        for (size_t slash = text.find('/', 1); slash != std::string::npos;
             slash = text.find('/', slash + 1))
            if (const Node* node = find(text.substr(0, slash)))
                deepest = node;
        for (const Node* child : deepest->children)
            candidates.push_back(child->path);
        fail("looking for the node {} in {}: there is none{}", text, file_,
             suggestion(text, candidates));
    }
    std::string word = text.starts_with('&') ? text.substr(1) : text;
    for (const auto* names : {&labels_, &aliases_})
        for (const auto& [name, node] : *names)
            candidates.push_back(name);
    fail("looking for the label or alias `{}` in {}: there is none{}{}", text, file_,
         suggestion(word, candidates),
         labels_.empty()
             ? ". This tree was built without labels (dtc -@), so only aliases and full "
               "paths can be used"
             : "");
}

std::string Tree::name_of(const Node& node) const {
    std::string best = node.path;
    for (const auto* names : {&labels_, &aliases_}) {
        const auto& others = names == &labels_ ? aliases_ : labels_;
        for (const auto& [name, target] : *names) {
            auto other = others.find(name);
            bool unambiguous = other == others.end() || other->second == &node;
            if (target == &node && unambiguous && name.size() < best.size())
                best = name;
        }
    }
    return best;
}

} // namespace brig::board
