// SPDX-License-Identifier: Apache-2.0
// Translation tables of the 4 KiB granule (Arm ARM D8.3), stage 1 and stage 2 alike: both differ
// only in attribute bits, which the caller brings.
//
// Edits follow prepare-then-commit: split_at() is the only edit besides map() that allocates, and
// it changes no translation. After splitting at both ends of a range, unmap() of it cannot fail,
// nor can the next map() that gives it back, since unmap() keeps the tables. That map() may merge
// them again: before another unmap() the range has to be split anew.
#pragma once

#include "lib/bits.hpp"
#include "lib/error.hpp"
#include "mem/page_pool.hpp"

namespace brig {

/// Where a table starts: level 0 or 1; `root_pages` > 1 concatenates tables (stage 2 only).
struct TableGeometry {
    unsigned start_level;
    unsigned root_pages;
    unsigned address_bits;

    /// For stage 2: level 1 with up to 16 concatenated tables as long as 43 bits suffice.
    static constexpr TableGeometry stage2(unsigned bits) {
        if (bits > 43)
            return {0, 1, bits};
        return {1, bits > 39 ? 1u << (bits - 39) : 1u, bits};
    }
    static constexpr TableGeometry stage1(unsigned bits) { return {bits > 39 ? 0u : 1u, 1, bits}; }
};

class PageTable {
public:
    /// Called after an entry of a live table was made invalid and before its successor is written.
    /// The range is all that the entry translated: under a table there may be many cached
    /// translations.
    using Invalidate = void (*)(Range range);

    struct Mapping {
        uint64_t physical;   // of the address that was asked for
        uint64_t attributes; // bits of the leaf besides address and type
        uint64_t leaf_size;
    };

    /// Allocates the root. `invalidate` is null for a table that no CPU walks yet.
    Result<void> init(PagePool& pool, TableGeometry geometry, Invalidate invalidate);
    /// Returns every table to the pool. No CPU may walk it any more.
    void destroy();

    /// Maps `size` bytes at `address` to `physical` (all page aligned), replacing what was there.
    /// With `blocks`, 2 MiB and 1 GiB entries are used where they fit, and a table that has become
    /// uniform is merged into a block. Errors: invalid (beyond the address size), no_memory (partly
    /// mapped).
    Result<void> map(uint64_t address, uint64_t physical, uint64_t size, uint64_t attributes,
                     bool blocks = true);
    /// Makes sure that no block reaches across `address`.
    Result<void> split_at(uint64_t address);
    /// The opposite: tables on the way to `address` that are uniform become blocks.
    void merge_at(uint64_t address);
    /// Removes the mappings of a range at whose ends split_at() has been called. Keeps the tables;
    /// the caller flushes the TLB.
    void unmap(Range range);
    /// unmap(), followed by the return of tables that hold nothing any more. Only for a table whose
    /// later maps may fail.
    void remove(Range range);
    /// True if no address of the range is mapped.
    bool is_free(Range range) const;
    /// False if nothing is mapped at `address`.
    bool walk(uint64_t address, Mapping& mapping) const;

    uint64_t root() const { return root_; }
    const TableGeometry& geometry() const { return geometry_; }

private:
    struct Span;
    Result<void> map_level(uint64_t* table, unsigned level, Span span);
    Result<void> split_block(uint64_t& entry, unsigned level, uint64_t address);
    void merge(uint64_t& entry, unsigned level, uint64_t address);
    void merge_level(uint64_t* table, unsigned level, uint64_t address);
    void replace(uint64_t& entry, uint64_t value, unsigned level, uint64_t address);
    void unmap_level(uint64_t* table, unsigned level, Range range);
    void prune_level(uint64_t* table, unsigned level, Range range);
    bool is_free_level(const uint64_t* table, unsigned level, Range range) const;
    void free_tables(uint64_t entry, unsigned level);
    bool in_range(uint64_t address, uint64_t size) const;

    PagePool* pool_ = nullptr;
    TableGeometry geometry_{};
    Invalidate invalidate_ = nullptr;
    uint64_t root_ = 0;
};

} // namespace brig
