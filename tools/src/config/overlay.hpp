// SPDX-License-Identifier: Apache-2.0
// The device-tree overlay that keeps Linux away from what hypervisor and cells have.
#pragma once

#include "config/partition.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace brig::config {

struct Reservation {
    std::string name; // of the node, without unit address
    Range range;
};

struct Overlay {
    // The hypervisor's memory; the root memory marked `reserved` and the RAM of all cells, merged.
    std::vector<Reservation> reservations;
    // Nodes whose status becomes "reserved": Linux's drivers leave these devices alone.
    std::vector<std::string> devices;
    // Cells per address and size in /reserved-memory: Linux takes only those of the root node.
    unsigned address_cells = 2;
    unsigned size_cells = 2;
};

Overlay make_overlay(const Partition& partition);

// The same overlay as source and as blob, for fdtoverlay. `origin` is the partition file's name.
// Throws Error when an address does not fit into the cells.
std::string overlay_source(const Overlay& overlay, const std::string& origin);
Bytes overlay_blob(const Overlay& overlay);

// The board's tree with the overlay applied. `what` names it in the error text. Throws Error.
Bytes apply_overlay(const Bytes& board, const Bytes& overlay,
                    std::string_view what = "reserved-memory overlay");

} // namespace brig::config
