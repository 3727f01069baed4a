// SPDX-License-Identifier: Apache-2.0
// Colours of drawing and page: owners have one tone for light and dark ground, the rest has two.
#pragma once

#include <cstddef>
#include <string>

namespace brig::map {

std::string owner_colour(size_t owner); // "#4a7dbf"

// Rules for the classes of the drawing, dark ones included.
std::string drawing_style();

} // namespace brig::map
