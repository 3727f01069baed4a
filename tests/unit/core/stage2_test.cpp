// SPDX-License-Identifier: Apache-2.0
#include "mem/stage2.hpp"

#include <doctest/doctest.h>

using namespace brig;

// Literals from the Arm ARM: descriptor attributes D8.3.2, VTCR_EL2 D19.2.

TEST_CASE("stage 2: attributes of a leaf") {
    struct {
        uint64_t flags, attributes;
    } const table[] = {
        // XN(54) | AF(10) | SH(9:8) | S2AP(7:6) | MemAttr(5:2)
        {0, 0x40000000000000 | 0x400 | 0x300 | 0x00 | 0x3c},
        {BRIG_MEM_READ, 0x40000000000000 | 0x400 | 0x300 | 0x40 | 0x3c},
        {BRIG_MEM_READ | BRIG_MEM_EXECUTE, 0x400 | 0x300 | 0x40 | 0x3c},
        {BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE, 0x400 | 0x300 | 0xc0 | 0x3c},
        {BRIG_MEM_WRITE | BRIG_MEM_EXECUTE, 0x400 | 0x300 | 0x80 | 0x3c},
        {BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO, 0x40000000000000 | 0x400 | 0xc0 | 0x04},
        {BRIG_MEM_READ | BRIG_MEM_LOADABLE | BRIG_MEM_ROOTSHARED | BRIG_MEM_DMA | BRIG_MEM_EXECUTE,
         0x400 | 0x300 | 0x40 | 0x3c},
    };
    for (const auto& row : table) {
        CAPTURE(row.flags);
        CHECK(stage2_attributes(row.flags) == row.attributes);
    }
}

TEST_CASE("stage 2: VTCR_EL2 for every address size") {
    struct {
        unsigned bits;
        uint64_t vtcr;
    } const table[] = {
        // RES1(31) | PS(18:16) | SH0(13:12) ORGN0(11:10) IRGN0(9:8) | SL0(7:6) | T0SZ(5:0)
        {32, 0x80000000 | 0 << 16 | 0x3500 | 1 << 6 | 32},
        {36, 0x80000000 | 1 << 16 | 0x3500 | 1 << 6 | 28},
        {40, 0x80000000 | 2 << 16 | 0x3500 | 1 << 6 | 24},
        {42, 0x80000000 | 3 << 16 | 0x3500 | 1 << 6 | 22},
        {44, 0x80000000 | 4 << 16 | 0x3500 | 2 << 6 | 20},
        {48, 0x80000000 | 5 << 16 | 0x3500 | 2 << 6 | 16},
    };
    for (const auto& row : table) {
        CAPTURE(row.bits);
        CHECK(stage2_control(TableGeometry::stage2(row.bits)) == row.vtcr);
    }
}

TEST_CASE("stage 2: what is a sub-page region") {
    const auto region = [](uint64_t host, uint64_t guest, uint64_t size) {
        return brig_memory_region{host, guest, size, BRIG_MEM_READ};
    };
    CHECK(is_subpage(region(0x1000, 0x1008, 0x1000)));
    CHECK(is_subpage(region(0x1000, 0x1000, 0x1008)));
    CHECK_FALSE(is_subpage(region(0x1008, 0x1000, 0x1000))); // the host address does not count
    CHECK_FALSE(is_mapped(region(0x1000, 0x1000, 0)));
    CHECK(is_mapped(region(0x1008, 0x1000, 0x1000)));
    CHECK(host_range(region(0x1008, 0x1000, 0x1000)).start == 0x1000);
    CHECK(host_range(region(0x1008, 0x2008, 8)).start == 0x1008);
}
