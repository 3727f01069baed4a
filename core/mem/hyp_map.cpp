// SPDX-License-Identifier: Apache-2.0
#include "mem/hyp_map.hpp"

#include "arch/cache.hpp"

namespace brig {

namespace {

// Stage-1 attributes of the EL2 regime (Arm ARM D8.3.2); the indices are those of kMairEl2.
constexpr uint64_t kNormal = 0 << 2;
constexpr uint64_t kDevice = 1 << 2;
constexpr uint64_t kRes1 = bit(6); // AP[1], RES1 where there is one exception level
constexpr uint64_t kReadOnly = bit(7);
constexpr uint64_t kInnerShareable = 3 << 8;
constexpr uint64_t kAccessed = bit(10);
constexpr uint64_t kGuarded = bit(50); // FEAT_BTI; RES0 elsewhere
constexpr uint64_t kExecuteNever = bit(54);

constexpr uint64_t kMemory = kNormal | kRes1 | kInnerShareable | kAccessed;
constexpr uint64_t kDeviceMemory = kDevice | kRes1 | kInnerShareable | kAccessed | kExecuteNever;

uint64_t attributes(HypAccess access) {
    switch (access) {
    case HypAccess::read_execute:
        return kMemory | kReadOnly | kGuarded;
    case HypAccess::read_only:
        return kMemory | kReadOnly | kExecuteNever;
    case HypAccess::read_write:
        break;
    }
    return kMemory | kExecuteNever;
}

} // namespace

Result<void> HypMap::init(PagePool& pool, unsigned address_bits) {
    return table_.init(pool, TableGeometry::stage1(address_bits), arch::flush_tlb_el2);
}

Result<void> HypMap::map_memory(Range range, HypAccess access) {
    return table_.map(range.start, range.start, range.size, attributes(access));
}

Result<void> HypMap::map_device(Range range) {
    const Range pages = range.page_cover();
    if (pages.end() < pages.start) // the last page of all: no end to count to
        return Error::invalid;
    PageTable::Mapping existing;
    for (uint64_t page = pages.start; page < pages.end(); page += kPageSize) {
        if (table_.walk(page, existing))
            continue;
        if (remap_used_ == kRemapPages)
            return Error::no_memory;
        BRIG_CHECK(table_.map(page, page, kPageSize, kDeviceMemory, false));
        remap_used_++;
    }
    return {};
}

void HypMap::unmap_device(Range range) {
    const Range pages = range.page_cover();
    PageTable::Mapping existing;
    for (uint64_t page = pages.start; page < pages.end(); page += kPageSize) {
        if (!table_.walk(page, existing))
            continue;
        table_.remove({page, kPageSize});
        remap_used_--;
    }
}

Result<void> HypMap::open_window(Range pages) {
    if (!table_.is_free(pages))
        return Error::busy;
    if (auto mapped =
            table_.map(pages.start, pages.start, pages.size, kMemory | kReadOnly | kExecuteNever);
        !mapped) {
        table_.remove(pages);
        return mapped;
    }
    remap_used_ += pages.size / kPageSize;
    return {};
}

void HypMap::close_window(Range pages) {
    table_.remove(pages);
    remap_used_ -= pages.size / kPageSize;
}

GuestWindow::GuestWindow(HypMap& map, Range physical)
    : map_{map}, pages_{physical.page_cover()}, ok_{map.open_window(pages_)} {}

GuestWindow::~GuestWindow() {
    if (ok_)
        map_.close_window(pages_);
}

} // namespace brig
