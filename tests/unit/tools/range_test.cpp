// SPDX-License-Identifier: Apache-2.0
#include "util/range.hpp"

#include <doctest/doctest.h>

using namespace brig;

TEST_CASE("ranges reach the top of the address space and no further") {
    CHECK(make_range(0x1000, 0x1000) == Range{0x1000, 0x1fff});
    CHECK(make_range(~0ull - 1, 100).last == ~0ull);
    CHECK(make_range(0, 0x1000).text() == "0x0-0xfff");
    CHECK(whole_pages({0x1234, 0x2000}) == Range{0x1000, 0x2fff});
}

TEST_CASE("ranges are joined and cut") {
    using Ranges = std::vector<Range>;
    CHECK(merged({{8, 9}, {0, 3}, {4, 5}, {1, 2}}) == Ranges{{0, 5}, {8, 9}});
    CHECK(merged({{5, ~0ull}, {7, 8}, {~0ull, ~0ull}}) == Ranges{{5, ~0ull}});
    CHECK(without({{0, 9}, {20, 29}}, {{3, 4}, {8, 22}, {29, 40}}) ==
          Ranges{{0, 2}, {5, 7}, {23, 28}});
    CHECK(without({{0, ~0ull}}, {{0, 0}, {~0ull, ~0ull}}) == Ranges{{1, ~0ull - 1}});
    CHECK(without({{4, 5}}, {{0, 9}}).empty());
}
