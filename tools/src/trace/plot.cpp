// SPDX-License-Identifier: Apache-2.0
#include "map/canvas.hpp"
#include "map/palette.hpp"
#include "map/render.hpp"
#include "trace/reason.hpp"
#include "trace/render.hpp"
#include "trace/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace brig::trace {

namespace {

constexpr int width = 1180;
constexpr int margin = 24;
constexpr int left = 150; // of the columns
constexpr int right = width - margin;
constexpr int column_width = 4;
constexpr int columns = (right - left) / column_width;
constexpr int lane_height = 110;

using Column = std::array<uint64_t, num_kinds>; // exits by kind

uint64_t total(const Column& column) {
    uint64_t sum = 0;
    for (uint64_t count : column)
        sum += count;
    return sum;
}

class Plot {
public:
    explicit Plot(const Recording& recording)
        : recording_(recording), first_(recording.first_time()),
          span_(std::max<uint64_t>(1, recording.last_time() - first_)) {}

    std::string draw();

private:
    std::vector<Column> count(const CpuExits& cpu) const;
    void draw_head();
    void draw_lane(unsigned id, const CpuExits& cpu);
    void draw_column(const Column& column, size_t at, uint64_t highest, int bottom);
    void draw_axis();
    std::string colour(size_t kind) const { return map::owner_colour(kind + 1); }
    double slice() const { return recording_.seconds(span_) / columns; }

    const Recording& recording_;
    uint64_t first_;
    uint64_t span_;
    map::Canvas canvas_;
    int y_ = margin;
};

std::vector<Column> Plot::count(const CpuExits& cpu) const {
    std::vector<Column> counts(columns);
    for (const auto& exit : cpu.exits) {
        const double part =
            static_cast<double>(exit.time - first_) / static_cast<double>(span_) * columns;
        const auto at = std::min<size_t>(columns - 1, static_cast<size_t>(part));
        counts[at][static_cast<size_t>(kind_of(exit))]++;
    }
    return counts;
}

void Plot::draw_head() {
    y_ += 16;
    canvas_.text(margin, y_, "title", "Exits to the hypervisor");
    y_ += 20;
    canvas_.text(margin, y_, "soft",
                 fmt::format("{} exits in {}; a column is {}", recording_.size(),
                             time_text(recording_.seconds(span_)), time_text(slice())));
    y_ += 22;
    int x = margin;
    for (size_t kind = 0; kind < num_kinds; kind++) {
        const std::string name = kind_name(static_cast<Kind>(kind));
        canvas_.box(x, y_ - 11, 14, 14, fmt::format("fill=\"{}\" rx=\"3\"", colour(kind)), "");
        canvas_.text(x + 20, y_, "", name);
        x += 60 + static_cast<int>(name.size()) * 7;
    }
    y_ += 16;
}

void Plot::draw_column(const Column& column, size_t at, uint64_t highest, int bottom) {
    const int x = left + static_cast<int>(at) * column_width;
    std::string tip =
        fmt::format("{} after the start", time_text(slice() * static_cast<double>(at)));
    for (size_t kind = 0; kind < num_kinds; kind++)
        if (column[kind] != 0)
            tip += fmt::format("\n{} {}", column[kind], kind_name(static_cast<Kind>(kind)));
    const auto height_of = [&](uint64_t count) {
        return static_cast<int>(std::ceil(static_cast<double>(count) * (lane_height - 24) /
                                          static_cast<double>(highest)));
    };
    uint64_t below = 0;
    for (size_t kind = 0; kind < num_kinds; kind++) {
        if (column[kind] == 0)
            continue;
        const int from = height_of(below);
        below += column[kind];
        const int to = height_of(below);
        canvas_.box(x, bottom - to, column_width - 1, std::max(1, to - from),
                    fmt::format("fill=\"{}\"", colour(kind)), tip);
    }
}

void Plot::draw_lane(unsigned id, const CpuExits& cpu) {
    const std::vector<Column> counts = count(cpu);
    uint64_t highest = 1;
    for (const auto& column : counts)
        highest = std::max(highest, total(column));
    const int bottom = y_ + lane_height;
    std::vector<std::string> names;
    for (const auto& summary : summarise(recording_, id))
        for (uint32_t cell : summary.cells)
            names.push_back(recording_.cell_name(cell));
    canvas_.box(left, y_ + 10, columns * column_width, lane_height - 10, "class=\"lane\"", "");
    canvas_.text(margin, y_ + 30, "head", fmt::format("CPU {}", id));
    int line = y_ + 48;
    for (const auto& name : names) {
        canvas_.text(margin, line, "small", map::shortened(name, 18), name);
        line += 15;
    }
    canvas_.text(margin, bottom - 18, "soft small", fmt::format("{} exits", cpu.exits.size()));
    if (cpu.lost() != 0)
        canvas_.text(margin, bottom - 4, "bad small", fmt::format("{} lost", cpu.lost()));
    canvas_.text(left + 4, y_ + 22, "soft small",
                 fmt::format("up to {} ({:.0f}/s)", highest,
                             static_cast<double>(highest) / std::max(slice(), 1e-12)));
    for (size_t at = 0; at < counts.size(); at++)
        draw_column(counts[at], at, highest, bottom);
    y_ = bottom + 8;
}

void Plot::draw_axis() {
    constexpr int marks = 10;
    canvas_.line(left, y_, right, y_, "line");
    for (int i = 0; i <= marks; i++) {
        const int x = left + columns * column_width * i / marks;
        canvas_.line(x, y_, x, y_ + 5, "line");
        canvas_.text(x, y_ + 19, "soft small",
                     i == 0 ? "0" : time_text(recording_.seconds(span_) * i / marks), "",
                     "text-anchor=\"middle\"");
    }
    y_ += 24;
}

std::string Plot::draw() {
    draw_head();
    for (const auto& [id, cpu] : recording_.cpus)
        draw_lane(id, cpu);
    draw_axis();
    const int height = y_ + margin;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"brig-map\" role=\"img\" "
                       "viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\">\n"
                       "<title>Exits to the hypervisor</title>\n<style>\n{2}</style>\n"
                       "<rect class=\"ground\" width=\"{0}\" height=\"{1}\"/>\n{3}</svg>\n",
                       width, height, map::drawing_style(), canvas_.content());
}

} // namespace

std::string plot_svg(const Recording& recording) {
    return Plot(recording).draw();
}

} // namespace brig::trace
