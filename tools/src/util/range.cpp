// SPDX-License-Identifier: Apache-2.0
#include "util/range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace brig {

namespace {

constexpr uint64_t top = std::numeric_limits<uint64_t>::max();

} // namespace

std::string Range::text() const {
    return fmt::format("{:#x}-{:#x}", first, last);
}

Range make_range(uint64_t start, uint64_t size) {
    return {start, size - 1 > top - start ? top : start + (size - 1)};
}

std::vector<Range> merged(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<Range> result;
    for (const Range& range : ranges) {
        bool joins =
            !result.empty() && (result.back().last == top || range.first <= result.back().last + 1);
        if (joins)
            result.back().last = std::max(result.back().last, range.last);
        else
            result.push_back(range);
    }
    return result;
}

std::vector<Range> without(std::vector<Range> ranges, std::vector<Range> holes) {
    holes = merged(std::move(holes));
    std::vector<Range> result;
    for (Range rest : merged(std::move(ranges))) {
        bool left = true;
        for (const Range& hole : holes) {
            if (!hole.overlaps(rest))
                continue;
            if (hole.first > rest.first)
                result.push_back({rest.first, hole.first - 1});
            if (hole.last >= rest.last) {
                left = false;
                break;
            }
            rest.first = hole.last + 1;
        }
        if (left)
            result.push_back(rest);
    }
    return result;
}

Range whole_pages(const Range& range, uint64_t page) {
    return {range.first & ~(page - 1), range.last | (page - 1)};
}

} // namespace brig
