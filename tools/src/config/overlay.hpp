// SPDX-License-Identifier: Apache-2.0
// The device-tree overlay that keeps Linux away from the memory of hypervisor and cells.
#pragma once

#include "config/partition.hpp"

#include <string>
#include <vector>

namespace brig::config {

struct Reservation {
    std::string name; // of the node, without unit address
    Range range;
};

// The hypervisor's memory; the root memory marked `reserved` and the RAM of all cells, merged.
std::vector<Reservation> reservations(const Partition& partition);

// The same overlay as source and as blob, for fdtoverlay. `origin` is the partition file's name.
std::string overlay_source(const std::vector<Reservation>& reservations, const std::string& origin);
Bytes overlay_blob(const std::vector<Reservation>& reservations);

} // namespace brig::config
