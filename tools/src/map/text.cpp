// SPDX-License-Identifier: Apache-2.0
// The map for a terminal: a table of owners, then the address space with one lane for each owner.
#include "util/text.hpp"
#include "map/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace brig::map {

unsigned doublings(uint64_t size) {
    return size <= 0x1000 ? 0 : static_cast<unsigned>(std::bit_width(size - 1)) - 12;
}

namespace {

class TextMap {
public:
    TextMap(const Map& map, const TextStyle& style) : map_(map), style_(style) {}

    std::string draw();

private:
    void draw_owners();
    void draw_space();
    void draw_piece(const Piece& piece);
    void draw_cpus();
    void draw_interrupts();
    void draw_faults();
    void heading(const std::string& text);
    std::string lanes(const Piece& piece, bool first) const;
    std::string lane(const Piece& piece, size_t owner) const;
    // One letter for each owner.
    char letter(size_t owner) const;
    std::string coloured(size_t owner, const std::string& text) const;
    std::string styled(const char* code, const std::string& text) const;
    std::vector<std::string> wrapped(const std::string& text, size_t width) const;
    // `text` after `head`, continued under itself.
    void paragraph(const std::string& head, const std::string& text);

    const Map& map_;
    TextStyle style_;
    std::string out_;
    size_t digits_ = 8; // of an address
    size_t lane_width_ = 2;
};

std::string TextMap::styled(const char* code, const std::string& text) const {
    return style_.colour ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string TextMap::coloured(size_t owner, const std::string& text) const {
    static constexpr const char* cells[] = {"32", "33", "36", "91", "92", "93", "96", "95"};
    if (owner == hypervisor)
        return styled("35", text);
    return styled(owner == root ? "34" : cells[(owner - first_cell) % std::size(cells)], text);
}

char TextMap::letter(size_t owner) const {
    static constexpr std::string_view letters =
        "HRabcdefghijklmnopqrstuvwxyzABCDEFGIJKLMNOPQSTUVWXYZ0123456789";
    return owner < letters.size() ? letters[owner] : '?';
}

std::vector<std::string> TextMap::wrapped(const std::string& text, size_t width) const {
    std::vector<std::string> lines(1);
    size_t begin = 0;
    while (begin < text.size()) {
        size_t blank = std::min(text.find(' ', begin), text.size());
        std::string word = text.substr(begin, blank - begin);
        begin = blank + 1;
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
            lines.emplace_back();
        while (word.size() > width) { // nowhere to break
            lines.back() += (lines.back().empty() ? "" : " ") + word.substr(0, width);
            word.erase(0, width);
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
    return lines;
}

void TextMap::paragraph(const std::string& head, const std::string& text) {
    size_t room = style_.columns > head.size() + 20 ? style_.columns - head.size() : 20;
    std::string indent(head.size(), ' ');
    bool first = true;
    for (const auto& line : wrapped(text, room)) {
        out_ += (first ? head : indent) + line + "\n";
        first = false;
    }
}

void TextMap::heading(const std::string& text) {
    out_ += "\n" + styled("1", text) + "\n";
}

void TextMap::draw_owners() {
    out_ += styled("1", map_.title) + "\n";
    for (const auto& line : map_.platform)
        paragraph("  ", line);
    size_t width = 10;
    for (const auto& owner : map_.owners)
        width = std::max(width, owner.name.size());
    width = std::min<size_t>(width, 24);
    heading(fmt::format("   {:{}}  {:8} {:>9}  {:>7}  {:>6}  {}", "owner", width, "CPUs", "RAM",
                        "devices", "INTIDs", "console"));
    for (size_t i = 0; i < map_.owners.size(); i++) {
        const Owner& owner = map_.owners[i];
        bool some = i != hypervisor;
        out_ += coloured(i, fmt::format(" {} {:{}.{}}", letter(i), owner.name, width, width));
        out_ += fmt::format("  {:8} {:>9}  {:>7}  {:>6}{}{}\n", some ? list_text(owner.cpus) : "",
                            size_text(owner.ram), some ? fmt::format("{}", owner.devices) : "",
                            some ? fmt::format("{}", owner.interrupts.size()) : "",
                            owner.console.empty() ? "" : "  ", owner.console);
        if (!owner.facts.empty())
            paragraph(std::string(width + 5, ' '), joined(owner.facts, "; "));
    }
}

std::string TextMap::lane(const Piece& piece, size_t owner) const {
    const Claim* claim = piece.claim_of(owner);
    if (!claim)
        return styled("2", style_.unicode ? "·" : ".");
    if (!piece.faults.empty())
        return styled("1;31", "!");
    switch (claim->hold) {
    case Hold::Owns:
        return coloured(owner, style_.unicode ? "█" : "#");
    case Hold::Lends:
        return coloured(owner, style_.unicode ? "░" : "-");
    case Hold::Shares:
        return coloured(owner, style_.unicode ? "▒" : "%");
    case Hold::Emulated:
        return coloured(owner, style_.unicode ? "▚" : "~");
    }
    return "";
}

std::string TextMap::lanes(const Piece& piece, bool first) const {
    std::string text;
    for (size_t owner = 0; owner < map_.owners.size(); owner++) {
        bool empty = !first && !piece.claim_of(owner);
        text += (empty ? " " : lane(piece, owner)) + std::string(lane_width_ - 1, ' ');
    }
    return text;
}

void TextMap::draw_piece(const Piece& piece) {
    size_t left = digits_ + 14 + map_.owners.size() * lane_width_ + 1;
    size_t room = style_.columns > left + 20 ? style_.columns - left : 20;
    if (piece.kind == Kind::Hole) {
        std::string text = size_text(piece.range.size());
        out_ +=
            styled("2", fmt::format("  {:>{}}  {:>9}", style_.unicode ? "⋮" : ":", digits_, text)) +
            "\n";
        return;
    }
    std::vector<std::string> lines = wrapped(piece_text(map_, piece), room);
    for (const auto& fault : piece.faults)
        for (const auto& line : wrapped("FAULT: " + fault, room))
            lines.push_back(styled("31", line));
    // One row up to 16 MiB, one more for each factor of 16.
    size_t rows =
        1 + (doublings(piece.range.size()) > 12 ? (doublings(piece.range.size()) - 9) / 4 : 0);
    rows = std::max(rows, lines.size());
    for (size_t row = 0; row < rows; row++) {
        std::string line = row == 0 ? fmt::format("  {:0{}x}  {:>9}  ", piece.range.first, digits_,
                                                  size_text(piece.range.size()))
                                    : std::string(digits_ + 15, ' ');
        line += lanes(piece, row == 0);
        if (row < lines.size())
            line += lines[row];
        line.erase(line.find_last_not_of(' ') + 1);
        out_ += line + "\n";
    }
}

void TextMap::draw_space() {
    std::vector<Piece> pieces = style_.all ? map_.pieces : folded(map_.pieces);
    uint64_t last = pieces.empty() ? 0 : pieces.back().range.last;
    digits_ = std::max<size_t>(8, (static_cast<size_t>(std::bit_width(last + 1)) + 3) / 4);
    lane_width_ = map_.owners.size() > 10 ? 1 : 2;
    std::string letters;
    for (size_t owner = 0; owner < map_.owners.size(); owner++)
        letters += std::string(owner ? lane_width_ - 1 : 0, ' ') +
                   coloured(owner, std::string(1, letter(owner)));
    heading(fmt::format("  {:{}}  {:>9}  ", "address", digits_, "size") + letters);
    for (const auto& piece : pieces)
        draw_piece(piece);
    std::string end = last + 1 ? fmt::format("  {:0{}x}", last + 1, digits_) : "";
    if (!end.empty())
        out_ += styled("2", end) + "\n";
    const char* legend = style_.unicode
                             ? "█ owns  ░ lends to a cell  ▒ shares  ▚ emulated: accesses trap"
                             : "# owns  - lends to a cell  % shares  ~ emulated: accesses trap";
    bool fault = std::any_of(map_.pieces.begin(), map_.pieces.end(),
                             [](const Piece& piece) { return !piece.faults.empty(); });
    out_ += "\n  " + std::string(legend) + (fault ? "  ! fault" : "") + "\n";
}

void TextMap::draw_cpus() {
    heading("CPUs");
    for (const auto& cpu : map_.cpus) {
        std::string head = fmt::format("  {:>4}  ", cpu.number);
        if (!cpu.core.empty())
            head += fmt::format("{:14}  ", cpu.core);
        std::string text = map_.owners_text(cpu.owners);
        out_ += head + coloured(cpu.owners[0], text) + (cpu.fault ? styled("31", "  FAULT") : "") +
                "\n";
    }
}

void TextMap::draw_interrupts() {
    heading("interrupts (INTID)");
    if (map_.interrupts.empty())
        out_ += "  none but those of the CPUs\n";
    for (const auto& range : map_.interrupts) {
        std::string numbers = range.first == range.last
                                  ? fmt::format("{}", range.first)
                                  : fmt::format("{}-{}", range.first, range.last);
        std::string text = map_.owners_text(range.owners) + (range.fault ? "  FAULT" : "");
        if (!range.names.empty() && (range.owners[0] != root || style_.all))
            text += ": " + joined(range.names, ", ");
        paragraph(fmt::format("  {:>9}  ", numbers), text);
    }
}

void TextMap::draw_faults() {
    for (const auto& [title, list] :
         {std::pair("faults", &map_.faults), std::pair("warnings", &map_.warnings)}) {
        if (list->empty())
            continue;
        heading(title);
        for (size_t i = 0; i < list->size(); i++)
            paragraph(fmt::format("  {:>2}. ", i + 1), (*list)[i]);
    }
}

std::string TextMap::draw() {
    draw_owners();
    draw_space();
    draw_cpus();
    draw_interrupts();
    draw_faults();
    return out_;
}

} // namespace

std::string map_text(const Map& map, const TextStyle& style) {
    return TextMap(map, style).draw();
}

} // namespace brig::map
