// SPDX-License-Identifier: Apache-2.0
// Colours of drawing and page: owners have one tone for light and dark ground, the rest has two.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace brig::map {

std::string owner_colour(size_t owner); // "#4a7dbf"
constexpr std::string_view fault_colour = "#d62f3c";

// Rules for the classes of the drawing, dark ones included.
std::string drawing_style();

} // namespace brig::map
