// SPDX-License-Identifier: Apache-2.0
#include "board/tree.hpp"
#include "util/text.hpp"

namespace brig::board {

const Bytes* Node::raw(const std::string& property) const {
    auto found = properties.find(property);
    return found == properties.end() ? nullptr : &found->second;
}

std::vector<uint32_t> Node::cells(const std::string& property) const {
    std::vector<uint32_t> result;
    const Bytes* value = raw(property);
    if (!value)
        return result;
    for (size_t at = 0; at + 4 <= value->size(); at += 4) {
        uint32_t cell = 0;
        for (size_t i = 0; i < 4; i++)
            cell = cell << 8 | (*value)[at + i];
        result.push_back(cell);
    }
    return result;
}

std::optional<uint32_t> Node::cell(const std::string& property, size_t index) const {
    auto all = cells(property);
    if (index >= all.size())
        return {};
    return all[index];
}

std::vector<std::string> Node::strings(const std::string& property) const {
    std::vector<std::string> result;
    const Bytes* value = raw(property);
    if (!value)
        return result;
    std::string current;
    for (uint8_t byte : *value) {
        if (byte == 0) {
            result.push_back(printable(current));
            current.clear();
        } else {
            current += static_cast<char>(byte);
        }
    }
    if (!current.empty())
        result.push_back(printable(current));
    return result;
}

std::string Node::text(const std::string& property) const {
    auto all = strings(property);
    return all.empty() ? "" : all[0];
}

bool Node::compatible(std::string_view wanted) const {
    for (const auto& one : strings("compatible"))
        if (one == wanted)
            return true;
    return false;
}

bool Node::enabled() const {
    for (const Node* node = this; node; node = node->parent) {
        std::string status = node->text("status");
        if (node->has("status") && status != "okay" && status != "ok")
            return false;
    }
    return true;
}

std::string Node::base_name() const {
    return name.substr(0, name.find('@'));
}

unsigned Node::address_cells() const {
    return cell("#address-cells").value_or(2);
}

unsigned Node::size_cells() const {
    return cell("#size-cells").value_or(1);
}

} // namespace brig::board
