// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "map/map.hpp"

namespace brig::map {

// The address space from 0 to the last thing in it, in pieces. `map` has its owners already.
std::vector<Piece> address_space(const config::Configuration& configuration, const Map& map,
                                 const board::Names& board);

} // namespace brig::map
