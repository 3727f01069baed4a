// SPDX-License-Identifier: Apache-2.0
// The pages that hypervisor memory has left behind image, per-CPU areas and configuration. Not
// locked: used during start-up by one CPU, later only under the management lock.
#pragma once

#include "lib/bits.hpp"
#include "lib/error.hpp"

namespace brig {

class PagePool {
public:
    /// Takes over `memory` (page aligned); its first pages hold the allocation bitmap.
    void init(Range memory);

    /// Address of `count` contiguous zeroed pages, aligned to `alignment` pages (a power of two).
    Result<uint64_t> allocate(uint64_t count = 1, uint64_t alignment = 1);
    void free(uint64_t address, uint64_t count = 1);

    uint64_t size() const { return pages_; }
    uint64_t used() const { return used_; }

private:
    bool taken(uint64_t page) const { return (bitmap_[page / 64] >> (page % 64) & 1) != 0; }
    void mark(uint64_t page, uint64_t count, bool value);
    bool free_run(uint64_t page, uint64_t count) const;

    uint64_t base_ = 0;
    uint64_t pages_ = 0;
    uint64_t used_ = 0;
    uint64_t* bitmap_ = nullptr;
};

} // namespace brig
