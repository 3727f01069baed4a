// SPDX-License-Identifier: Apache-2.0
#include "config/placement.hpp"

#include <doctest/doctest.h>

using namespace brig;
using brig::config::Placement;
using brig::config::placement_alignment;

namespace {

constexpr uint64_t mib = 0x100000;
const Range low{0x40000000, 0x7fffffff};
const Range high{0x100000000, 0x1ffffffff};

std::string place(Placement& placement, uint64_t size, bool for_cell = true) {
    auto range = placement.place(size, for_cell);
    return range ? range->text() : "none";
}

} // namespace

TEST_CASE("alignment: 2 MiB for all that fills a block, less below") {
    CHECK(placement_alignment(0x1000) == 0x1000);
    CHECK(placement_alignment(0x3000) == 0x2000);
    CHECK(placement_alignment(0x10000) == 0x10000);
    CHECK(placement_alignment(2 * mib) == 2 * mib);
    CHECK(placement_alignment(64 * mib + 0x1000) == 2 * mib);
}

TEST_CASE("from the top down, below the margin, packed") {
    Placement placement({low}, {low}, {});
    CHECK(place(placement, 4 * mib, false) == "0x77c00000-0x77ffffff");
    CHECK(place(placement, 0x10000) == "0x77bf0000-0x77bfffff");
    CHECK(place(placement, 2 * mib) == "0x77800000-0x779fffff");
    // small pieces fill the block that the first one has begun
    CHECK(place(placement, 0x10000) == "0x77be0000-0x77beffff");
    CHECK(place(placement, 0x1001) == "0x77bde000-0x77bdffff");
}

TEST_CASE("the same whatever the size of the memory above 4 GiB") {
    Placement small({low}, {low}, {});
    Placement large({low, high}, {low, high}, {});
    CHECK(place(small, 16 * mib) == place(large, 16 * mib));
}

TEST_CASE("the lowest bank above 4 GiB when the others are full, the margin last") {
    Range higher{0x300000000, 0x3ffffffff};
    Placement placement({low, high, higher}, {low, high, higher}, {});
    CHECK(place(placement, 0x30000000) == "0x48000000-0x77ffffff");
    CHECK(place(placement, 0x30000000) == "0x1c8000000-0x1f7ffffff");
    Placement full({low}, {{0x7f000000, 0x7fffffff}}, {});
    CHECK(place(full, 4 * mib) == "0x7fc00000-0x7fffffff");
    CHECK(place(full, 16 * mib) == "none");
    CHECK(full.largest(true) == 12 * mib);
}

TEST_CASE("holes are left alone, and a piece lies in one bank") {
    Placement placement({low}, {{0x40000000, 0x50000fff}, {0x50002000, 0x50002fff}}, {});
    CHECK(place(placement, 0x1000) == "0x50002000-0x50002fff");
    CHECK(place(placement, 0x2000) == "0x4fffe000-0x4fffffff");
    CHECK(place(placement, 0x1000) == "0x50000000-0x50000fff");
    Range first{0x40000000, 0x401fffff};
    Range second{0x40200000, 0x403fffff};
    Placement banks({first}, {first, second}, {});
    CHECK(place(banks, 4 * mib) == "none");
}

TEST_CASE("memory kept for cells takes the cells, and only them") {
    Placement placement({low}, {low}, {{0x50000000, 0x500fffff}});
    CHECK(place(placement, 0x10000) == "0x500f0000-0x500fffff");
    CHECK(place(placement, 2 * mib) == "none");
    CHECK(placement.largest(true) == 0xf0000);
    CHECK(place(placement, 2 * mib, false) == "0x77e00000-0x77ffffff");
}
