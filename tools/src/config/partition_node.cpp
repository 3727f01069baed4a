// SPDX-License-Identifier: Apache-2.0
#include "config/partition_node.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <libfdt.h>

#include <algorithm>
#include <charconv>

namespace brig::config {

std::string Node::name() const {
    return path_.substr(path_.rfind('/') + 1);
}

std::string Node::kind() const {
    std::string full = name();
    return full.substr(0, full.find('@'));
}

std::vector<Node> Node::children() const {
    std::vector<Node> result;
    int child;
    fdt_for_each_subnode(child, fdt_, offset_) {
        const char* child_name = fdt_get_name(fdt_, child, nullptr);
        // dtc adds these when labels are kept.
        if (path_.empty() && child_name[0] == '_')
            continue;
        result.emplace_back(fdt_, child, path_ + "/" + child_name, widths_, *findings_);
    }
    return result;
}

void Node::error(std::string_view property, const std::string& text) {
    findings_->push_back({Test::Language,
                          Severity::Error,
                          fmt::format("{}: {}: {}", path_.empty() ? "/" : path_, property, text),
                          {}});
}

void Node::error(const std::string& text) {
    findings_->push_back({Test::Language,
                          Severity::Error,
                          fmt::format("{}: {}", path_.empty() ? "/" : path_, text),
                          {}});
}

bool Node::has(std::string_view property) const {
    return fdt_getprop(fdt_, offset_, std::string(property).c_str(), nullptr) != nullptr;
}

bool Node::flag(std::string_view property) {
    known_.emplace_back(property);
    int length = 0;
    if (!fdt_getprop(fdt_, offset_, known_.back().c_str(), &length))
        return false;
    if (length != 0)
        error(property, fmt::format("it is a flag and takes no value: write `{};`, or leave it out",
                                    property));
    return true;
}

std::optional<std::vector<uint32_t>> Node::cells(std::string_view property) {
    known_.emplace_back(property);
    int length = 0;
    const void* data = fdt_getprop(fdt_, offset_, known_.back().c_str(), &length);
    if (!data)
        return {};
    if (length % 4 != 0 || length == 0) {
        error(property, "its value must be numbers in angle brackets, such as <1 2>");
        return {};
    }
    std::vector<uint32_t> result;
    for (int i = 0; i < length; i += 4)
        result.push_back(
            fdt32_ld(reinterpret_cast<const fdt32_t*>(static_cast<const uint8_t*>(data) + i)));
    return result;
}

bool Node::expect_cells(std::string_view property, const std::vector<uint32_t>& values,
                        unsigned wanted, std::string_view form) {
    if (values.size() == wanted)
        return true;
    std::string widths = fmt::format(" (an address has {}, a size {}: see #address-cells and "
                                     "#size-cells)",
                                     widths_.address, widths_.size);
    error(property, fmt::format("it needs {} of 32 bits, {}, but has {}{}",
                                wanted == 1 ? "one number" : fmt::format("{} numbers", wanted),
                                form, values.size(), form == "<number>" ? "" : widths));
    return false;
}

void Node::missing(std::string_view property, std::string_view form) {
    error(fmt::format("the property `{}` is missing: add `{} = {};`", property, property, form));
}

namespace {

uint64_t combine(const std::vector<uint32_t>& values, size_t first, unsigned count) {
    uint64_t result = 0;
    for (size_t i = first; i < first + count; i++)
        result = result << 32 | values[i];
    return result;
}

} // namespace

std::vector<uint32_t> Node::numbers(std::string_view property) {
    return cells(property).value_or(std::vector<uint32_t>{});
}

std::optional<uint32_t> Node::number(std::string_view property) {
    auto values = cells(property);
    if (!values || !expect_cells(property, *values, 1, "<number>"))
        return {};
    return (*values)[0];
}

std::optional<uint64_t> Node::wide_number(std::string_view property) {
    auto values = cells(property);
    if (!values)
        return {};
    if (values->size() > 2) {
        error(property, "one number of one or two cells is needed, such as <1000> or <0x1 0x0>");
        return {};
    }
    return combine(*values, 0, static_cast<unsigned>(values->size()));
}

std::optional<uint64_t> Node::address(std::string_view property) {
    auto values = cells(property);
    if (!values || !expect_cells(property, *values, widths_.address, "<address>"))
        return {};
    return combine(*values, 0, widths_.address);
}

std::optional<std::pair<uint64_t, uint64_t>> Node::range(std::string_view property) {
    auto values = cells(property);
    if (!values ||
        !expect_cells(property, *values, widths_.address + widths_.size, "<address size>"))
        return {};
    return std::pair(combine(*values, 0, widths_.address),
                     combine(*values, widths_.address, widths_.size));
}

std::vector<std::string> Node::texts(std::string_view property) {
    known_.emplace_back(property);
    int length = 0;
    const void* data = fdt_getprop(fdt_, offset_, known_.back().c_str(), &length);
    if (!data)
        return {};
    std::string value(static_cast<const char*>(data), static_cast<size_t>(length));
    if (value.empty() || value.back() != '\0') {
        error(property, "its value must be text in double quotes");
        return {};
    }
    std::vector<std::string> result;
    for (size_t first = 0; first < value.size(); first = value.find('\0', first) + 1)
        result.emplace_back(value.c_str() + first);
    return result;
}

std::optional<std::string> Node::text(std::string_view property) {
    std::vector<std::string> values = texts(property);
    if (values.size() == 1)
        return values[0];
    if (values.size() > 1)
        error(property, "one text is needed, not several");
    return {};
}

std::optional<uint32_t> Node::required_number(std::string_view property) {
    auto value = number(property);
    if (!value && !has(property))
        missing(property, "<number>");
    return value;
}

std::optional<uint64_t> Node::required_address(std::string_view property) {
    auto value = address(property);
    if (!value && !has(property))
        missing(property, "<address>");
    return value;
}

std::optional<std::pair<uint64_t, uint64_t>> Node::required_range(std::string_view property) {
    auto value = range(property);
    if (!value && !has(property))
        missing(property, "<address size>");
    return value;
}

void Node::check_unit(uint64_t address, std::string_view property) {
    std::string full = name();
    size_t at = full.find('@');
    if (at == std::string::npos)
        return;
    const char* first = full.data() + at + 1;
    const char* last = full.data() + full.size();
    uint64_t unit = 0;
    auto [end, failure] = std::from_chars(first, last, unit, 16);
    // ",1" behind the address tells regions apart that begin at the same one.
    if (failure != std::errc() || (end != last && *end != ','))
        error(
            fmt::format("its name ends in `{}`, which is no hexadecimal address", full.substr(at)));
    else if (unit != address)
        error(property, fmt::format("it says {:#x}, but the node's name says {:#x}: one of the two "
                                    "is wrong",
                                    address, unit));
}

void Node::finish() {
    int property;
    fdt_for_each_property_offset(property, fdt_, offset_) {
        const char* raw = nullptr;
        if (!fdt_getprop_by_offset(fdt_, property, &raw, nullptr))
            continue;
        std::string found = raw;
        // dtc adds a phandle to every node that a label refers to.
        if (found == "phandle" || std::find(known_.begin(), known_.end(), found) != known_.end())
            continue;
        std::vector<std::string_view> candidates(known_.begin(), known_.end());
        error(found, "there is no such property here" + suggestion(found, candidates));
    }
}

} // namespace brig::config
