// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include "mem/page_pool.hpp"

namespace test {

/// A pool in memory of its own. `offset`: pages between a 64-page boundary and its start.
struct PoolMemory {
    explicit PoolMemory(uint64_t pages, uint64_t offset = 0)
        : block{std::aligned_alloc(64 * brig::kPageSize,
                                   brig::align_up(pages + offset, 64) * brig::kPageSize)} {
        pool.init({reinterpret_cast<uint64_t>(block) + offset * brig::kPageSize,
                   pages * brig::kPageSize});
    }
    ~PoolMemory() { std::free(block); }
    PoolMemory(const PoolMemory&) = delete;
    PoolMemory& operator=(const PoolMemory&) = delete;

    brig::PagePool pool;
    void* block;
};

} // namespace test
