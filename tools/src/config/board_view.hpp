// SPDX-License-Identifier: Apache-2.0
// The board's device tree as a partition file needs it: RAM, what firmware keeps of it, devices.
#pragma once

#include "board/device.hpp"
#include "board/facts.hpp"
#include "board/tree.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace brig::config {

// Memory that the tree or the boot loader keeps from Linux's allocator.
struct FirmwareRange {
    std::string name; // "/reserved-memory/optee@8400000", "the memory reservation block"
    Range range;
    bool no_map = false;
};

// Memory that Linux allocates by itself at boot, such as the default CMA area.
struct DynamicReservation {
    std::string name;
    uint64_t size = 0;
    uint64_t alignment = 0;
    std::vector<Range> inside; // empty: anywhere
};

struct BoardView {
    // Throws Error when the blob is no device tree.
    static BoardView parse(const Bytes& blob, const std::string& name);

    const std::string& file() const { return tree.file(); }
    const board::Device* device_at(const board::Node& node) const;
    // The device itself and those inside its node that have something of a device.
    std::vector<const board::Device*> with_children(const board::Device& device) const;
    // Devices whose registers lie in `range`, disabled ones included.
    std::vector<const board::Device*> devices_in(const Range& range) const;
    // Who uses this interrupt.
    std::vector<const board::Device*> users_of(unsigned intid) const;
    // RAM minus what firmware keeps.
    std::vector<Range> free_ram() const;
    // The second name that DRAM beyond its end usually has, since controllers decode a power of
    // two.
    std::optional<uint64_t> alias_of(uint64_t address) const;

    board::Tree tree;
    board::Facts facts;
    std::vector<Range> ram; // banks; empty when only the boot loader knows
    std::vector<FirmwareRange> firmware;
    std::vector<DynamicReservation> dynamic;
    std::vector<Range> keep_free; // loaded by the boot loader, nothing is placed there

private:
    BoardView(board::Tree tree_, board::Facts facts_)
        : tree(std::move(tree_)), facts(std::move(facts_)) {}
    void read_reservations();
    std::map<const board::Node*, size_t> by_node_;
};

// "0x1000-0x1fff and 0x3000-0x3fff"
std::string ranges_text(const std::vector<Range>& ranges);

} // namespace brig::config
