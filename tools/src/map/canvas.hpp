// SPDX-License-Identifier: Apache-2.0
// SVG elements.
#pragma once

#include "map/map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace brig::map {

class Canvas {
public:
    // `tip` is shown when the pointer rests there; empty: none. `attributes` are XML.
    void box(int x, int y, int w, int h, const std::string& attributes, const std::string& tip);
    void line(int x1, int y1, int x2, int y2, const std::string& style);
    void text(int x, int y, const std::string& style, const std::string& text,
              const std::string& tip = "", const std::string& attributes = "");

    // What is drawn between the two is handed out instead of added.
    void begin_layer();
    std::string end_layer();
    void add(const std::string& drawn) { content_ += drawn; }

    const std::string& content() const { return content_; }

private:
    std::string content_;
    std::vector<std::string> layers_;
};

// Patterns that fill_of() refers to.
std::string patterns(size_t owners);
// Attributes of a box in an owner's lane.
std::string fill_of(size_t owner, Hold hold);

// At most `room` characters, with "..." for the rest.
std::string shortened(const std::string& text, size_t room);
// In lines of at most `room` characters, broken at blanks.
std::vector<std::string> broken(const std::string& text, size_t room);

} // namespace brig::map
