// SPDX-License-Identifier: Apache-2.0
#include "mem/page_pool.hpp"

#include "lib/string.hpp"

namespace brig {

void PagePool::init(Range memory) {
    base_ = memory.start;
    pages_ = memory.size / kPageSize;
    used_ = 0;
    bitmap_ = reinterpret_cast<uint64_t*>(base_);
    const uint64_t bitmap_bytes = align_up(pages_, 64) / 8;
    memset(bitmap_, 0, bitmap_bytes);
    mark(0, pages_of(bitmap_bytes), true);
}

void PagePool::mark(uint64_t page, uint64_t count, bool value) {
    for (uint64_t i = page; i < page + count; i++) {
        const uint64_t flag = bit(static_cast<unsigned>(i % 64));
        bitmap_[i / 64] = value ? bitmap_[i / 64] | flag : bitmap_[i / 64] & ~flag;
    }
    used_ = value ? used_ + count : used_ - count;
}

bool PagePool::free_run(uint64_t page, uint64_t count) const {
    for (uint64_t i = page; i < page + count; i++)
        if (taken(i))
            return false;
    return true;
}

Result<uint64_t> PagePool::allocate(uint64_t count, uint64_t alignment) {
    // Alignment is one of addresses (page-table roots), and the pool's base need not have it.
    const uint64_t base_page = base_ / kPageSize;
    for (uint64_t page = align_up(base_page, alignment) - base_page; page + count <= pages_;
         page += alignment) {
        if (!free_run(page, count))
            continue;
        mark(page, count, true);
        const uint64_t address = base_ + page * kPageSize;
        memset(reinterpret_cast<void*>(address), 0, count * kPageSize);
        return address;
    }
    return Error::no_memory;
}

void PagePool::free(uint64_t address, uint64_t count) {
    mark((address - base_) / kPageSize, count, false);
}

} // namespace brig
