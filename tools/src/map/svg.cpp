// SPDX-License-Identifier: Apache-2.0
// The drawing: owners, CPUs, the address space in lanes, interrupts, faults; from top to bottom.
#include "map/canvas.hpp"
#include "map/palette.hpp"
#include "map/render.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace brig::map {

namespace {

constexpr int width = 1160;
constexpr int margin = 24;
constexpr int line_height = 17;

class Drawing {
public:
    explicit Drawing(const Map& map) : map_(map) {}

    std::string draw();

private:
    void draw_title();
    void draw_owners();
    void draw_cpus();
    void draw_space();
    void draw_lane_heads();
    int draw_piece(const Piece& piece); // its height
    void draw_parts(const Piece& piece, int height);
    void draw_legend();
    void draw_interrupts();
    void draw_faults();
    void head(const std::string& text);
    // A box in the colours of one or, side by side, of several owners.
    void shared_box(int x, int y, int w, int h, const std::vector<size_t>& owners,
                    const std::string& tip);
    int lane_x(size_t owner) const { return lanes_x_ + static_cast<int>(owner) * lane_width_; }

    const Map& map_;
    Canvas canvas_;
    int y_ = margin;
    int lanes_x_ = 0;
    int lane_width_ = 0;
    size_t digits_ = 8;
};

void Drawing::head(const std::string& text) {
    y_ += 34;
    canvas_.text(margin, y_, "head", text);
    y_ += 8;
    canvas_.line(margin, y_, width - margin, y_, "line");
}

void Drawing::draw_title() {
    y_ += 16;
    canvas_.text(margin, y_, "title", map_.title);
    for (const auto& line : map_.platform) {
        y_ += line_height + 1;
        canvas_.text(margin, y_, "soft", line);
    }
}

void Drawing::draw_owners() {
    head("Owners");
    struct Column {
        int x;
        const char* title;
    };
    static constexpr Column columns[] = {{margin, "owner"}, {260, "CPUs"},       {350, "RAM"},
                                         {450, "devices"},  {520, "interrupts"}, {610, "console"},
                                         {790, ""}};
    y_ += line_height;
    for (const auto& column : columns)
        canvas_.text(column.x, y_, "soft small", column.title);
    for (size_t i = 0; i < map_.owners.size(); i++) {
        const Owner& owner = map_.owners[i];
        y_ += 22;
        canvas_.box(margin, y_ - 12, 14, 14, fmt::format("fill=\"{}\" rx=\"3\"", owner_colour(i)),
                    owner.where);
        canvas_.text(margin + 22, y_, "", shortened(owner.name, 30));
        canvas_.text(350, y_, "", size_text(owner.ram));
        canvas_.text(610, y_, "", owner.console);
        std::string facts = joined(owner.facts, "; ");
        canvas_.text(790, y_, "soft small", shortened(facts, 56), facts);
        if (i == hypervisor)
            continue;
        canvas_.text(260, y_, "", shortened(list_text(owner.cpus), 12));
        canvas_.text(450, y_, "", fmt::format("{}", owner.devices));
        canvas_.text(520, y_, "", fmt::format("{}", owner.interrupts.size()));
    }
}

void Drawing::shared_box(int x, int y, int w, int h, const std::vector<size_t>& owners,
                         const std::string& tip) {
    int count = static_cast<int>(owners.size());
    for (int i = 0; i < count; i++)
        canvas_.box(x + w * i / count, y, w * (i + 1) / count - w * i / count, h,
                    fmt::format("fill=\"{}\"", owner_colour(owners[static_cast<size_t>(i)])), tip);
}

void Drawing::draw_cpus() {
    head("CPUs");
    y_ += 12;
    int count = std::max(1, static_cast<int>(map_.cpus.size()));
    int step = std::clamp((width - 2 * margin) / std::min(count, 16), 60, 130);
    int per_row = (width - 2 * margin) / step;
    int column = 0;
    for (const auto& cpu : map_.cpus) {
        if (column == per_row) {
            column = 0;
            y_ += 62;
        }
        int x = margin + column++ * step;
        std::string names = map_.owners_text(cpu.owners);
        shared_box(x, y_, step - 8, 52, cpu.owners,
                   fmt::format("CPU {}{}{}: {}{}", cpu.number, cpu.core.empty() ? "" : ", ",
                               cpu.core, names, cpu.fault ? " (FAULT)" : ""));
        if (cpu.fault)
            canvas_.box(x, y_, step - 8, 52, "class=\"alarm\"", "");
        size_t room = static_cast<size_t>(step - 16) / 6;
        canvas_.text(x + 7, y_ + 17, "on", fmt::format("CPU {}", cpu.number));
        canvas_.text(x + 7, y_ + 31, "on small", shortened(names, room));
        canvas_.text(x + 7, y_ + 45, "on small", shortened(cpu.core, room));
    }
    y_ += 52;
}

void Drawing::draw_lane_heads() {
    bool slanted = lane_width_ < 84;
    y_ += slanted ? 86 : 24;
    canvas_.text(margin, y_, "soft small", "address");
    canvas_.text(lanes_x_ - 12, y_, "soft small", "size", "", "text-anchor=\"end\"");
    for (size_t owner = 0; owner < map_.owners.size(); owner++) {
        int x = lane_x(owner) + (slanted ? lane_width_ / 2 + 4 : 4);
        std::string place =
            slanted ? fmt::format("transform=\"rotate(-50 {} {})\"", x, y_ - 2) : "";
        canvas_.text(x, y_ - 2, "small", shortened(map_.owners[owner].name, 15),
                     map_.owners[owner].name, place);
    }
    y_ += 8;
}

// A folded piece is cut into its parts, all equally high.
void Drawing::draw_parts(const Piece& piece, int height) {
    int count = 0;
    for (const auto& part : piece.parts)
        count += part.kind != Kind::Hole;
    if (piece.claims.empty() || count == 0)
        return;
    count = std::min(count, height / 4);
    int x = lane_x(piece.claims[0].owner) + 2;
    for (int i = 1; i < count; i++)
        canvas_.line(x, y_ + height * i / count, x + lane_width_ - 4, y_ + height * i / count,
                     "lane-cut");
}

int Drawing::draw_piece(const Piece& piece) {
    int text_x = lane_x(map_.owners.size()) + 14;
    if (piece.kind == Kind::Hole) {
        canvas_.line(lanes_x_, y_ + 9, width - margin, y_ + 9, "gap");
        canvas_.text(lanes_x_ - 12, y_ + 13, "soft small", size_text(piece.range.size()),
                     piece.range.text(), "text-anchor=\"end\"");
        return 18;
    }
    std::string text = piece_text(map_, piece);
    size_t room = static_cast<size_t>(width - margin - text_x) * 2 / 15;
    std::vector<std::string> lines = broken(text, room);
    std::vector<std::string> bad;
    for (const auto& fault : piece.faults)
        for (const auto& line : broken("Fault: " + fault, room))
            bad.push_back(line);
    int rows = static_cast<int>(lines.size() + bad.size());
    int height = std::max(18 + static_cast<int>(doublings(piece.range.size()) * 9 / 4),
                          rows * line_height + 4);

    std::string tip =
        fmt::format("{}, {}\n{}", piece.range.text(), size_text(piece.range.size()), text);
    for (const auto& fault : piece.faults)
        tip += "\nFault: " + fault;
    for (const auto& part : piece.parts)
        if (part.kind != Kind::Hole)
            tip += fmt::format("\n{} {}", part.range.text(), joined(part.names, ", "));

    canvas_.text(margin, y_ + 14, "mono", fmt::format("{:0{}x}", piece.range.first, digits_), tip);
    canvas_.text(lanes_x_ - 12, y_ + 14, "small", size_text(piece.range.size()), "",
                 "text-anchor=\"end\"");
    if (piece.claims.empty())
        canvas_.box(lanes_x_ + 2, y_, static_cast<int>(map_.owners.size()) * lane_width_ - 4,
                    height - 2, "class=\"spare\" rx=\"3\"", tip);
    for (const auto& claim : piece.claims)
        canvas_.box(lane_x(claim.owner) + 2, y_, lane_width_ - 4, height - 2,
                    fill_of(claim.owner, claim.hold), tip);
    draw_parts(piece, height - 2);
    if (!piece.faults.empty())
        canvas_.box(lanes_x_ + 1, y_ - 1, static_cast<int>(map_.owners.size()) * lane_width_ - 2,
                    height, "class=\"alarm\" rx=\"3\"", tip);
    int y = y_ + 14;
    for (const auto& line : lines) {
        canvas_.text(text_x, y, "", line, tip);
        y += line_height;
    }
    for (const auto& line : bad) {
        canvas_.text(text_x, y, "bad", line);
        y += line_height;
    }
    return height;
}

void Drawing::draw_legend() {
    y_ += 22;
    int x = margin;
    auto entry = [&](const std::string& style, const std::string& text) {
        canvas_.box(x, y_ - 11, 26, 14, style, "");
        canvas_.text(x + 33, y_, "soft small", text);
        x += 45 + static_cast<int>(text.size()) * 6;
    };
    entry(fill_of(root, Hold::Owns), "owns");
    entry(fill_of(root, Hold::Lends), "lends to a cell while that exists");
    entry(fill_of(root, Hold::Shares), "shares");
    entry(fill_of(hypervisor, Hold::Emulated), "emulated: accesses trap");
    entry("class=\"spare\" rx=\"3\"", "firmware's or nobody's");
    entry("class=\"alarm\" rx=\"3\"", "fault");
    y_ += line_height;
    canvas_.text(margin, y_, "soft small",
                 "Heights grow with the logarithm of the size; dotted lines are holes. Point at "
                 "something for details.");
}

void Drawing::draw_space() {
    head("Physical address space");
    std::vector<Piece> pieces = folded(map_.pieces);
    uint64_t last = pieces.empty() ? 0 : pieces.back().range.last;
    digits_ = std::max<size_t>(8, (static_cast<size_t>(std::bit_width(last + 1)) + 3) / 4);
    lanes_x_ = margin + static_cast<int>(digits_) * 8 + 92;
    lane_width_ = std::clamp(460 / static_cast<int>(map_.owners.size()), 20, 96);
    draw_lane_heads();
    int top = y_;
    canvas_.begin_layer(); // the lanes' ground lies under the pieces, whose height is not known yet
    for (const auto& piece : pieces)
        y_ += draw_piece(piece);
    std::string pieces_drawn = canvas_.end_layer();
    for (size_t owner = 0; owner < map_.owners.size(); owner++)
        canvas_.box(lane_x(owner) + 2, top, lane_width_ - 4, y_ - top, "class=\"lane\"", "");
    canvas_.add(pieces_drawn);
    if (last + 1)
        canvas_.text(margin, y_ + 13, "mono", fmt::format("{:0{}x}", last + 1, digits_));
    y_ += 18;
    draw_legend();
}

void Drawing::draw_interrupts() {
    if (map_.interrupts.empty())
        return;
    head("Interrupts (INTID)");
    y_ += 10;
    constexpr unsigned per_row = 64;
    constexpr int cell = 16;
    constexpr int left = margin + 40;
    unsigned first = map_.interrupts.front().first / per_row * per_row;
    unsigned last = map_.interrupts.back().last;
    for (unsigned row = first; row <= last; row += per_row) {
        int y = y_ + static_cast<int>((row - first) / per_row) * cell;
        canvas_.text(margin, y + 12, "mono", fmt::format("{}", row));
        canvas_.box(left, y, static_cast<int>(per_row) * cell, cell - 2, "class=\"lane\"", "");
    }
    for (const auto& range : map_.interrupts) {
        std::string tip =
            fmt::format("INTID {}{}: {}{}", range.first,
                        range.first == range.last ? "" : fmt::format("-{}", range.last),
                        map_.owners_text(range.owners), range.fault ? " (FAULT)" : "");
        for (const auto& name : range.names)
            tip += "\n" + name;
        for (unsigned begin = range.first; begin <= range.last;) {
            unsigned end = std::min(range.last, begin / per_row * per_row + per_row - 1);
            int x = left + static_cast<int>(begin % per_row) * cell;
            int y = y_ + static_cast<int>((begin - first) / per_row) * cell;
            int w = static_cast<int>(end - begin + 1) * cell - 1;
            shared_box(x, y, w, cell - 2, range.owners, tip);
            if (range.fault)
                canvas_.box(x, y, w, cell - 2, "class=\"alarm\"", tip);
            begin = end + 1;
        }
    }
    y_ += static_cast<int>((last - first) / per_row + 1) * cell;
    for (const auto& range : map_.interrupts)
        if (range.owners[0] != root) {
            std::string text =
                fmt::format("{}{}: {}", range.first,
                            range.first == range.last ? "" : fmt::format("-{}", range.last),
                            map_.owners_text(range.owners));
            if (!range.names.empty())
                text += " (" + joined(range.names, ", ") + ")";
            y_ += line_height;
            canvas_.text(left, y_, "small", shortened(text, 170), text);
        }
}

void Drawing::draw_faults() {
    for (const auto& [title, list, style] : {std::tuple("Faults", &map_.faults, "bad plain"),
                                             std::tuple("Warnings", &map_.warnings, "")}) {
        if (list->empty())
            continue;
        head(title);
        for (size_t i = 0; i < list->size(); i++)
            for (const auto& line : broken(fmt::format("{}. {}", i + 1, (*list)[i]), 150)) {
                y_ += line_height;
                canvas_.text(margin, y_, style, line);
            }
    }
}

std::string Drawing::draw() {
    draw_title();
    draw_owners();
    draw_cpus();
    draw_space();
    draw_interrupts();
    draw_faults();
    int height = y_ + margin;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"brig-map\" role=\"img\" "
                       "viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\">\n"
                       "<title>{2}</title>\n<style>\n{3}</style>\n{4}"
                       "<rect class=\"ground\" width=\"{0}\" height=\"{1}\"/>\n{5}</svg>\n",
                       width, height, escaped(map_.title), drawing_style(),
                       patterns(map_.owners.size()), canvas_.content());
}

} // namespace

std::string map_svg(const Map& map) {
    return Drawing(map).draw();
}

} // namespace brig::map
