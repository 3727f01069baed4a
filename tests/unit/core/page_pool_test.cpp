// SPDX-License-Identifier: Apache-2.0
#include "mem/page_pool.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "pool_memory.hpp"

using namespace brig;
using test::PoolMemory;

TEST_CASE("pool: pages are aligned, zeroed and distinct until none is left") {
    PoolMemory memory{40};
    PagePool& pool = memory.pool;
    CHECK(pool.size() == 40);
    CHECK(pool.used() == 1); // the bitmap
    uint64_t last = 0;
    for (unsigned i = 0; i < 39; i++) {
        const auto page = pool.allocate();
        REQUIRE(page);
        CHECK(*page % kPageSize == 0);
        CHECK(*page != last);
        last = *page;
        CHECK(*reinterpret_cast<uint64_t*>(*page) == 0);
        std::memset(reinterpret_cast<void*>(*page), 0x5a, kPageSize);
    }
    CHECK(pool.used() == 40);
    CHECK(pool.allocate().error() == Error::no_memory);
    pool.free(last);
    CHECK(pool.used() == 39);
    const auto again = pool.allocate();
    REQUIRE(again);
    CHECK(*again == last);
    CHECK(*reinterpret_cast<uint64_t*>(*again + 4088) == 0);
}

TEST_CASE("pool: runs are contiguous, and aligned by address") {
    for (unsigned offset = 0; offset < 16; offset++) {
        PoolMemory memory{64, offset};
        PagePool& pool = memory.pool;
        const auto run = pool.allocate(16, 16);
        REQUIRE(run);
        CHECK(*run % (16 * kPageSize) == 0);
        CHECK(pool.used() == 17);
        const auto page = pool.allocate();
        REQUIRE(page);
        CHECK((*page < *run || *page >= *run + 16 * kPageSize));
        pool.free(*run, 16);
        CHECK(*pool.allocate(16, 16) == *run);
        CHECK(pool.allocate(64).error() == Error::no_memory);
    }
}

TEST_CASE("pool: a run finds no room among scattered pages") {
    PoolMemory memory{33};
    uint64_t pages[32];
    for (auto& page : pages)
        page = *memory.pool.allocate();
    for (unsigned i = 0; i < 32; i += 2)
        memory.pool.free(pages[i]);
    CHECK(memory.pool.used() == 17);
    CHECK_FALSE(memory.pool.allocate(2));
    CHECK(memory.pool.used() == 17);
    memory.pool.free(pages[1]);
    CHECK(*memory.pool.allocate(3) == pages[0]);
}

TEST_CASE("pool: a large bitmap takes more than one page") {
    PoolMemory memory{4096 * 8 + 100};
    CHECK(memory.pool.used() == 2);
}
