// SPDX-License-Identifier: Apache-2.0
#include "mem/page_table.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "pool_memory.hpp"

using namespace brig;
using test::PoolMemory;

namespace {

constexpr uint64_t k4K = 0x1000;
constexpr uint64_t k2M = 0x200000;
constexpr uint64_t k1G = 0x40000000;
constexpr uint64_t kRw = 0x7fc; // leaf attribute bits 10:2
constexpr uint64_t kRo = 0x77c;

struct Table {
    explicit Table(unsigned bits = 40, uint64_t pages = 64) : memory{pages} {
        REQUIRE(table.init(memory.pool, TableGeometry::stage2(bits), nullptr));
        empty = memory.pool.used();
    }
    ~Table() {
        table.destroy();
        CHECK(memory.pool.used() == 1);
    }
    uint64_t leaf(uint64_t address) const {
        PageTable::Mapping mapping;
        return table.walk(address, mapping) ? mapping.leaf_size : 0;
    }
    uint64_t at(uint64_t address) const {
        PageTable::Mapping mapping;
        return table.walk(address, mapping) ? mapping.physical : ~uint64_t{0};
    }
    uint64_t attributes(uint64_t address) const {
        PageTable::Mapping mapping;
        return table.walk(address, mapping) ? mapping.attributes : 0;
    }

    PoolMemory memory;
    PageTable table;
    uint64_t empty = 0;
};

} // namespace

TEST_CASE("page table: geometry") {
    struct {
        unsigned bits, level, pages;
    } const expected[] = {{32, 1, 1}, {36, 1, 1},  {39, 1, 1}, {40, 1, 2},
                          {42, 1, 8}, {43, 1, 16}, {44, 0, 1}, {48, 0, 1}};
    for (const auto& row : expected) {
        const auto geometry = TableGeometry::stage2(row.bits);
        CHECK(geometry.start_level == row.level);
        CHECK(geometry.root_pages == row.pages);
        CHECK(geometry.address_bits == row.bits);
    }
    CHECK(TableGeometry::stage1(39).start_level == 1);
    CHECK(TableGeometry::stage1(40).start_level == 0);
}

TEST_CASE("page table: the largest leaf that fits is used, at every geometry") {
    for (unsigned bits : {32u, 36u, 40u, 42u, 43u, 44u, 48u}) {
        Table t{bits};
        const uint64_t top = bit(bits) - k1G;
        REQUIRE(t.table.map(top, k1G, k1G, kRw));
        CHECK(t.leaf(top) == k1G);
        CHECK(t.at(bit(bits) - 1) == 2 * k1G - 1);
        REQUIRE(t.table.map(0, k2M, k2M, kRw));
        CHECK(t.leaf(0) == k2M);
        REQUIRE(t.table.map(k2M, 0, k4K, kRo));
        CHECK(t.leaf(k2M) == k4K);
        CHECK(t.attributes(k2M + 5) == kRo);
        CHECK(t.leaf(k2M + k4K) == 0);
        CHECK(t.table.map(bit(bits), 0, k4K, kRw).error() == Error::invalid);
        CHECK(t.table.map(bit(bits) - k4K, 0, k2M, kRw).error() == Error::invalid);
        CHECK(t.table.map(0, 0, ~uint64_t{0} - 0xfff, kRw).error() == Error::invalid);
        CHECK(t.table.map(0, bit(48) - k4K, k2M, kRw).error() == Error::invalid);
        CHECK(t.table.map(0, ~uint64_t{0} - 0xfff, k4K, kRw).error() == Error::invalid);
        CHECK(t.at(bit(bits)) == ~uint64_t{0});
        CHECK_FALSE(t.table.is_free({bit(bits), k4K}));
    }
}

TEST_CASE("page table: blocks need alignment of both addresses, and permission") {
    Table t;
    REQUIRE(t.table.map(k2M, k2M + k4K, k2M, kRw));
    CHECK(t.leaf(k2M) == k4K);
    REQUIRE(t.table.map(k1G, k1G, k2M, kRw, false));
    CHECK(t.leaf(k1G) == k4K);
    REQUIRE(t.table.map(4 * k1G - k4K, 4 * k1G - k4K, k1G + 2 * k4K, kRw));
    CHECK(t.leaf(4 * k1G - k4K) == k4K);
    CHECK(t.leaf(4 * k1G) == k1G);
    CHECK(t.leaf(5 * k1G) == k4K);
    CHECK(t.at(5 * k1G + 0x123) == 5 * k1G + 0x123);
    CHECK(t.leaf(5 * k1G + k4K) == 0);
}

TEST_CASE("page table: overwriting") {
    Table t;
    REQUIRE(t.table.map(0, 0, k1G, kRw));
    CHECK(t.memory.pool.used() == t.empty);
    REQUIRE(t.table.map(k2M + k4K, 0x12345000, k4K, kRo));
    CHECK(t.memory.pool.used() == t.empty + 2);
    CHECK(t.at(k2M + k4K) == 0x12345000);
    CHECK(t.attributes(k2M + k4K) == kRo);
    CHECK(t.at(k2M) == k2M);
    CHECK(t.attributes(k2M) == kRw);
    CHECK(t.at(k2M + 2 * k4K) == k2M + 2 * k4K);
    CHECK(t.leaf(0) == k2M);
    REQUIRE(t.table.map(0, 0, k1G, kRw));
    CHECK(t.leaf(k2M + k4K) == k1G);
    CHECK(t.memory.pool.used() == t.empty);
}

TEST_CASE("page table: a uniform table becomes a block again") {
    Table t;
    REQUIRE(t.table.map(0, 0, k1G, kRw));
    REQUIRE(t.table.split_at(k2M + k4K));
    REQUIRE(t.table.split_at(k2M + 3 * k4K));
    CHECK(t.memory.pool.used() == t.empty + 2);
    t.table.unmap({k2M + k4K, 2 * k4K});
    CHECK(t.leaf(k2M + k4K) == 0);
    CHECK(t.leaf(k2M + 2 * k4K) == 0);
    CHECK(t.leaf(k2M) == k4K);
    CHECK(t.table.is_free({k2M + k4K, 2 * k4K}));
    CHECK_FALSE(t.table.is_free({k2M + k4K, 3 * k4K}));
    REQUIRE(t.table.map(k2M + k4K, k2M + k4K, k4K, kRw));
    CHECK(t.leaf(k2M) == k4K);
    REQUIRE(t.table.map(k2M + 2 * k4K, k2M + 2 * k4K, k4K, kRw));
    CHECK(t.leaf(k2M) == k1G);
    CHECK(t.memory.pool.used() == t.empty);
}

TEST_CASE("page table: no merging over other attributes, holes, shifted or unaligned targets") {
    Table t;
    const auto fill = [&](uint64_t physical) { REQUIRE(t.table.map(0, physical, k2M - k4K, kRw)); };
    fill(0);
    REQUIRE(t.table.map(k2M - k4K, k2M - k4K, k4K, kRo));
    CHECK(t.leaf(0) == k4K);
    REQUIRE(t.table.map(k2M - k4K, k2M, k4K, kRw));
    CHECK(t.leaf(0) == k4K);
    fill(k4K);
    REQUIRE(t.table.map(k2M - k4K, k2M, k4K, kRw));
    CHECK(t.leaf(0) == k4K);
    fill(0);
    REQUIRE(t.table.map(k2M - k4K, k2M - k4K, k4K, kRw, false));
    CHECK(t.leaf(0) == k4K); // NO_HUGEPAGES
}

TEST_CASE("page table: split_at changes no translation and needs nothing where nothing is") {
    Table t;
    REQUIRE(t.table.map(k1G, 0, k1G, kRo));
    const uint64_t before = t.memory.pool.used();
    REQUIRE(t.table.split_at(k1G));
    REQUIRE(t.table.split_at(2 * k1G));
    REQUIRE(t.table.split_at(3 * k1G + k4K));
    REQUIRE(t.table.split_at(bit(40)));
    REQUIRE(t.table.split_at(bit(50)));
    CHECK(t.memory.pool.used() == before);
    REQUIRE(t.table.split_at(k1G + 7 * k4K));
    CHECK(t.memory.pool.used() == before + 2);
    REQUIRE(t.table.split_at(k1G + 7 * k4K));
    CHECK(t.memory.pool.used() == before + 2);
    for (uint64_t at = 0; at < k2M; at += k4K) {
        CHECK(t.at(k1G + at) == at);
        CHECK(t.attributes(k1G + at) == kRo);
    }
}

TEST_CASE("page table: remove gives empty tables back, and only those") {
    Table t;
    REQUIRE(t.table.map(k2M, k2M, 2 * k4K, kRw));
    REQUIRE(t.table.map(k1G, k1G, k4K, kRw));
    CHECK(t.memory.pool.used() == t.empty + 4);
    t.table.remove({k2M, k4K});
    CHECK(t.memory.pool.used() == t.empty + 4);
    t.table.remove({k2M + k4K, k4K});
    CHECK(t.memory.pool.used() == t.empty + 2);
    CHECK(t.leaf(k1G) == k4K);
    t.table.remove({0, bit(40)});
    CHECK(t.memory.pool.used() == t.empty);
}

TEST_CASE("page table: init without memory") {
    PoolMemory memory{2};
    PageTable table;
    CHECK(table.init(memory.pool, TableGeometry::stage2(40), nullptr).error() == Error::no_memory);
    CHECK(memory.pool.used() == 1);
}

TEST_CASE("page table: whichever allocation fails, old translations stay and nothing leaks") {
    bool succeeded = false;
    for (uint64_t pages = 5; !succeeded; pages++) {
        Table t{40, pages};
        if (!t.table.map(0, 0, k1G, kRw))
            continue;
        const auto result = t.table.map(k2M - k4K, k1G, k4K * 2, kRo);
        for (uint64_t at = 0; at < 2 * k2M; at += k4K) {
            const bool changed = at == k2M - k4K || at == k2M;
            if (!changed || t.at(at) < k1G)
                CHECK(t.at(at) == at);
            else
                CHECK(t.at(at) == k1G + at - (k2M - k4K));
        }
        if (result)
            CHECK(t.at(k2M) == k1G + k4K);
        else
            CHECK(result.error() == Error::no_memory);
        succeeded = static_cast<bool>(result);
        CHECK(pages < 20);
    }
}
