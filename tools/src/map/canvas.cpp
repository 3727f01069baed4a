// SPDX-License-Identifier: Apache-2.0
#include "map/canvas.hpp"
#include "map/palette.hpp"
#include "map/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::map {

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c == '\n' || (c >= 0x20 && c < 0x7f) ? c : '?';
    }
    return out;
}

void Canvas::box(int x, int y, int w, int h, const std::string& attributes,
                 const std::string& tip) {
    content_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}", x, y,
                            std::max(w, 0), std::max(h, 0), attributes);
    content_ += tip.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escaped(tip));
}

void Canvas::line(int x1, int y1, int x2, int y2, const std::string& style) {
    content_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", x1,
                            y1, x2, y2, style);
}

void Canvas::text(int x, int y, const std::string& style, const std::string& text,
                  const std::string& tip, const std::string& attributes) {
    if (text.empty())
        return;
    content_ += fmt::format("<text x=\"{}\" y=\"{}\"{}{}>{}{}</text>\n", x, y,
                            style.empty() ? "" : fmt::format(" class=\"{}\"", style),
                            attributes.empty() ? "" : " " + attributes,
                            tip.empty() ? "" : fmt::format("<title>{}</title>", escaped(tip)),
                            escaped(text));
}

void Canvas::begin_layer() {
    layers_.push_back(std::move(content_));
    content_.clear();
}

std::string Canvas::end_layer() {
    std::string drawn = std::move(content_);
    content_ = std::move(layers_.back());
    layers_.pop_back();
    return drawn;
}

std::string patterns(size_t owners) {
    std::string out = "<defs>\n";
    for (size_t owner = 0; owner < owners; owner++) {
        std::string colour = owner_colour(owner);
        out += fmt::format(
            "<pattern id=\"brig-shares-{0}\" width=\"10\" height=\"10\" "
            "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
            "<rect width=\"10\" height=\"10\" fill=\"{1}\" fill-opacity=\"0.35\"/>"
            "<rect width=\"5\" height=\"10\" fill=\"{1}\"/></pattern>\n"
            "<pattern id=\"brig-emulated-{0}\" width=\"6\" height=\"6\" "
            "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"{1}\" "
            "fill-opacity=\"0.3\"/><circle cx=\"3\" cy=\"3\" r=\"1.6\" fill=\"{1}\"/></pattern>\n",
            owner, colour);
    }
    return out + "</defs>\n";
}

std::string fill_of(size_t owner, Hold hold) {
    std::string colour = owner_colour(owner);
    switch (hold) {
    case Hold::Lends:
        return fmt::format("fill=\"{0}\" fill-opacity=\"0.16\" stroke=\"{0}\" "
                           "stroke-dasharray=\"3 3\" rx=\"3\"",
                           colour);
    case Hold::Shares:
        return fmt::format("fill=\"url(#brig-shares-{})\" rx=\"3\"", owner);
    case Hold::Emulated:
        return fmt::format("fill=\"url(#brig-emulated-{})\" stroke=\"{}\" rx=\"3\"", owner, colour);
    default:
        return fmt::format("fill=\"{}\" rx=\"3\"", colour);
    }
}

std::string shortened(const std::string& text, size_t room) {
    room = std::max<size_t>(room, 4);
    return text.size() <= room ? text : text.substr(0, room - 3) + "...";
}

std::vector<std::string> broken(const std::string& text, size_t room) {
    std::vector<std::string> lines;
    std::string rest = text;
    while (rest.size() > room) {
        size_t at = rest.rfind(' ', room);
        bool word = at == std::string::npos || at == 0;
        at = word ? room : at;
        lines.push_back(rest.substr(0, at));
        rest.erase(0, at + (word ? 0 : 1));
    }
    lines.push_back(rest);
    return lines;
}

} // namespace brig::map
