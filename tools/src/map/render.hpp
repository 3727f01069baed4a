// SPDX-License-Identifier: Apache-2.0
// A map as text, picture, page or data.
#pragma once

#include "map/map.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::map {

struct TextStyle {
    unsigned columns = 80;
    bool colour = false;
    bool unicode = true;
    bool all = false; // nothing folded
};

std::string map_text(const Map& map, const TextStyle& style);
// One drawing, without references to anything else; readable on light and dark ground.
std::string map_svg(const Map& map);
// The drawing and tables of everything, well-formed as XML.
std::string map_html(const Map& map);
nlohmann::ordered_json map_json(const Map& map);

// Characters that XML gives a meaning to, replaced; no control characters.
std::string escaped(std::string_view text);

// How much room a piece gets, from 0 (4 KiB and less) by one for each doubling: what is a million
// times larger is still on the same page.
unsigned doublings(uint64_t size);

} // namespace brig::map
