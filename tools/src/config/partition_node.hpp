// SPDX-License-Identifier: Apache-2.0
// One node of a partition blob. It remembers which properties were asked for, so that a property
// nobody asked for is a fault and the known ones can be suggested.
#pragma once

#include "config/finding.hpp"
#include "util/file.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brig::config {

// Numbers of 32-bit cells per address and per size, from the root node.
struct Widths {
    unsigned address = 2;
    unsigned size = 2;
};

class Node {
public:
    Node(const void* fdt, int offset, std::string path, Widths widths, Findings& findings)
        : fdt_(fdt), offset_(offset), path_(std::move(path)), widths_(widths),
          findings_(&findings) {}

    const std::string& path() const { return path_; }
    std::string name() const; // with unit address
    std::string kind() const; // without
    std::vector<Node> children() const;

    bool has(std::string_view property) const;
    // A property without value: present or not.
    bool flag(std::string_view property);
    // 32-bit numbers; empty when absent.
    std::vector<uint32_t> numbers(std::string_view property);
    // Exactly one 32-bit number.
    std::optional<uint32_t> number(std::string_view property);
    // One number of one or two cells.
    std::optional<uint64_t> wide_number(std::string_view property);
    std::optional<uint64_t> address(std::string_view property);
    // <address size>
    std::optional<std::pair<uint64_t, uint64_t>> range(std::string_view property);
    std::optional<std::string> text(std::string_view property);
    std::vector<std::string> texts(std::string_view property);

    // The same, a fault when absent.
    std::optional<uint32_t> required_number(std::string_view property);
    std::optional<uint64_t> required_address(std::string_view property);
    std::optional<std::pair<uint64_t, uint64_t>> required_range(std::string_view property);

    // "@7f000000" must agree with the address that the node states.
    void check_unit(uint64_t address, std::string_view property);

    void error(std::string_view property, const std::string& text);
    void error(const std::string& text);

    // Reports every property that nobody asked for.
    void finish();

private:
    std::optional<std::vector<uint32_t>> cells(std::string_view property);
    bool expect_cells(std::string_view property, const std::vector<uint32_t>& cells,
                      unsigned wanted, std::string_view form);
    void missing(std::string_view property, std::string_view form);

    const void* fdt_;
    int offset_;
    std::string path_;
    Widths widths_;
    Findings* findings_;
    std::vector<std::string> known_;
};

} // namespace brig::config
