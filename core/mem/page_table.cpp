// SPDX-License-Identifier: Apache-2.0
#include "mem/page_table.hpp"

#include "arch/barrier.hpp"
#include "lib/assert.hpp"

namespace brig {

namespace {

constexpr unsigned kLastLevel = 3;
constexpr unsigned kEntries = 512;
constexpr uint64_t kValid = bit(0);
constexpr uint64_t kTableOrPage = bit(1); // block when clear, except at the last level
constexpr uint64_t kAddress = mask(47, 12);

constexpr uint64_t leaf_size(unsigned level) {
    return kPageSize << (9 * (kLastLevel - level));
}

constexpr bool is_valid(uint64_t entry) {
    return (entry & kValid) != 0;
}

constexpr bool is_table(uint64_t entry, unsigned level) {
    return level < kLastLevel && (entry & (kValid | kTableOrPage)) == (kValid | kTableOrPage);
}

constexpr uint64_t leaf(uint64_t physical, uint64_t attributes, unsigned level) {
    return physical | attributes | kValid | (level == kLastLevel ? kTableOrPage : 0);
}

constexpr uint64_t attributes_of(uint64_t entry) {
    return entry & ~(kAddress | kValid | kTableOrPage);
}

/// The part of a range that lies below the entry of `level` at its start, and what follows it.
Range head(Range range, unsigned level) {
    const uint64_t room = leaf_size(level) - range.start % leaf_size(level);
    return {range.start, range.size < room ? range.size : room};
}
Range tail(Range range, unsigned level) {
    const uint64_t step = head(range, level).size;
    return {range.start + step, range.size - step};
}

uint64_t* table_of(uint64_t entry) {
    return reinterpret_cast<uint64_t*>(entry & kAddress);
}

/// The root of concatenated tables has more than 512 entries.
size_t index_of(uint64_t address, unsigned level, unsigned start_level) {
    const uint64_t index = address / leaf_size(level);
    return level == start_level ? index : index % kEntries;
}

} // namespace

struct PageTable::Span {
    uint64_t address;
    uint64_t physical;
    uint64_t size;
    uint64_t attributes;
    bool blocks;

    bool fits_leaf(unsigned level) const {
        const uint64_t unit = leaf_size(level);
        return level == kLastLevel || (level > 0 && blocks && size >= unit &&
                                       is_aligned(address, unit) && is_aligned(physical, unit));
    }
    Span first(unsigned level) const {
        return {address, physical, head(Range{address, size}, level).size, attributes, blocks};
    }
    void advance(uint64_t step) {
        address += step;
        physical += step;
        size -= step;
    }
};

Result<void> PageTable::init(PagePool& pool, TableGeometry geometry, Invalidate invalidate) {
    root_ = BRIG_TRY(pool.allocate(geometry.root_pages, geometry.root_pages));
    pool_ = &pool;
    geometry_ = geometry;
    invalidate_ = invalidate;
    return {};
}

void PageTable::destroy() {
    auto* table = reinterpret_cast<uint64_t*>(root_);
    for (size_t i = 0; i < kEntries * geometry_.root_pages; i++)
        free_tables(table[i], geometry_.start_level);
    pool_->free(root_, geometry_.root_pages);
    root_ = 0;
}

void PageTable::free_tables(uint64_t entry, unsigned level) {
    if (!is_table(entry, level))
        return;
    for (size_t i = 0; i < kEntries; i++)
        free_tables(table_of(entry)[i], level + 1);
    pool_->free(entry & kAddress);
}

bool PageTable::in_range(uint64_t address, uint64_t size) const {
    const uint64_t limit = bit(geometry_.address_bits);
    return address < limit && size <= limit - address;
}

/// Break-before-make (Arm ARM D8.16.1): a valid entry is invalidated before another takes its
/// place.
void PageTable::replace(uint64_t& entry, uint64_t value, unsigned level, uint64_t address) {
    auto* slot = static_cast<volatile uint64_t*>(&entry);
    if (is_valid(entry) && entry != value && invalidate_ != nullptr) {
        *slot = 0;
        invalidate_({align_down(address, leaf_size(level)), leaf_size(level)});
    }
    arch::dmb_ishst(); // a new table's content before the entry that makes it walkable
    *slot = value;
}

Result<void> PageTable::split_block(uint64_t& entry, unsigned level, uint64_t address) {
    const uint64_t page = BRIG_TRY(pool_->allocate());
    auto* table = reinterpret_cast<uint64_t*>(page);
    const uint64_t block = entry;
    if (is_valid(block))
        for (size_t i = 0; i < kEntries; i++)
            table[i] = leaf((block & kAddress) + i * leaf_size(level + 1), attributes_of(block),
                            level + 1);
    replace(entry, page | kValid | kTableOrPage, level, address);
    return {};
}

/// Turns a table whose entries are one contiguous, uniform run into a block.
void PageTable::merge(uint64_t& entry, unsigned level, uint64_t address) {
    const uint64_t* table = table_of(entry);
    const uint64_t first = table[0];
    if (level == 0 || !is_valid(first) || is_table(first, level + 1) ||
        !is_aligned(first & kAddress, leaf_size(level)))
        return;
    for (size_t i = 1; i < kEntries; i++)
        if (table[i] != first + i * leaf_size(level + 1))
            return;
    const uint64_t page = entry & kAddress;
    replace(entry, leaf(first & kAddress, attributes_of(first), level), level, address);
    pool_->free(page);
}

Result<void> PageTable::map_level(uint64_t* table, unsigned level, Span span) {
    while (span.size > 0) {
        uint64_t& entry = table[index_of(span.address, level, geometry_.start_level)];
        const Span first = span.first(level);
        if (span.fits_leaf(level)) {
            const uint64_t old = entry;
            replace(entry, leaf(span.physical, span.attributes, level), level, span.address);
            free_tables(old, level);
        } else {
            if (!is_table(entry, level))
                BRIG_CHECK(split_block(entry, level, span.address));
            BRIG_CHECK(map_level(table_of(entry), level + 1, first));
            if (span.blocks)
                merge(entry, level, span.address);
        }
        span.advance(first.size);
    }
    return {};
}

Result<void> PageTable::map(uint64_t address, uint64_t physical, uint64_t size, uint64_t attributes,
                            bool blocks) {
    if (!in_range(address, size) || physical + size > bit(48) || physical + size < physical)
        return Error::invalid;
    return map_level(reinterpret_cast<uint64_t*>(root_), geometry_.start_level,
                     {address, physical, size, attributes, blocks});
}

Result<void> PageTable::split_at(uint64_t address) {
    if (!in_range(address, 0))
        return {};
    auto* table = reinterpret_cast<uint64_t*>(root_);
    for (unsigned level = geometry_.start_level; level < kLastLevel; level++) {
        if (is_aligned(address, leaf_size(level)))
            return {};
        uint64_t& entry = table[index_of(address, level, geometry_.start_level)];
        if (!is_valid(entry))
            return {};
        if (!is_table(entry, level))
            BRIG_CHECK(split_block(entry, level, address));
        table = table_of(entry);
    }
    return {};
}

void PageTable::merge_level(uint64_t* table, unsigned level, uint64_t address) {
    uint64_t& entry = table[index_of(address, level, geometry_.start_level)];
    if (!is_table(entry, level))
        return;
    merge_level(table_of(entry), level + 1, address);
    merge(entry, level, address);
}

void PageTable::merge_at(uint64_t address) {
    if (in_range(address, 0))
        merge_level(reinterpret_cast<uint64_t*>(root_), geometry_.start_level, address);
}

void PageTable::unmap_level(uint64_t* table, unsigned level, Range range) {
    for (; range.size > 0; range = tail(range, level)) {
        uint64_t& entry = table[index_of(range.start, level, geometry_.start_level)];
        if (is_table(entry, level))
            unmap_level(table_of(entry), level + 1, head(range, level));
        else {
            BRIG_ASSERT(!is_valid(entry) || head(range, level).size == leaf_size(level));
            *static_cast<volatile uint64_t*>(&entry) = 0;
        }
    }
}

void PageTable::prune_level(uint64_t* table, unsigned level, Range range) {
    for (; range.size > 0; range = tail(range, level)) {
        uint64_t& entry = table[index_of(range.start, level, geometry_.start_level)];
        if (!is_table(entry, level))
            continue;
        prune_level(table_of(entry), level + 1, head(range, level));
        if (!is_free_level(table_of(entry), level + 1,
                           {align_down(range.start, leaf_size(level)), leaf_size(level)}))
            continue;
        const uint64_t old = entry;
        *static_cast<volatile uint64_t*>(&entry) = 0;
        if (invalidate_ != nullptr)
            invalidate_({align_down(range.start, leaf_size(level)), leaf_size(level)});
        free_tables(old, level); // unmap() may have left empty tables beyond the range
    }
}

bool PageTable::is_free_level(const uint64_t* table, unsigned level, Range range) const {
    for (; range.size > 0; range = tail(range, level)) {
        const uint64_t entry = table[index_of(range.start, level, geometry_.start_level)];
        if (is_table(entry, level) ? !is_free_level(table_of(entry), level + 1, head(range, level))
                                   : is_valid(entry))
            return false;
    }
    return true;
}

void PageTable::remove(Range range) {
    unmap(range);
    if (invalidate_ != nullptr)
        invalidate_(range);
    prune_level(reinterpret_cast<uint64_t*>(root_), geometry_.start_level, range);
}

bool PageTable::is_free(Range range) const {
    return in_range(range.start, range.size) &&
           is_free_level(reinterpret_cast<const uint64_t*>(root_), geometry_.start_level, range);
}

void PageTable::unmap(Range range) {
    const Range all{0, bit(geometry_.address_bits)};
    unmap_level(reinterpret_cast<uint64_t*>(root_), geometry_.start_level, range.intersect(all));
}

bool PageTable::walk(uint64_t address, Mapping& mapping) const {
    if (!in_range(address, 1))
        return false;
    const auto* table = reinterpret_cast<const uint64_t*>(root_);
    for (unsigned level = geometry_.start_level; level <= kLastLevel; level++) {
        const uint64_t entry = table[index_of(address, level, geometry_.start_level)];
        if (!is_valid(entry))
            return false;
        if (is_table(entry, level)) {
            table = table_of(entry);
            continue;
        }
        const uint64_t offset = address % leaf_size(level);
        mapping = {(entry & kAddress) + offset, attributes_of(entry), leaf_size(level)};
        return true;
    }
    return false;
}

} // namespace brig
