// SPDX-License-Identifier: Apache-2.0
// Random edits against a map of pages; a TLB that keeps all it may keep, to see break-before-make
// kept.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "mem/page_table.hpp"
#include "pool_memory.hpp"

using namespace brig;
using test::PoolMemory;

namespace {

constexpr uint64_t k4K = 0x1000;
constexpr uint64_t k2M = 0x200000;
constexpr uint64_t k1G = 0x40000000;
constexpr uint64_t kRw = 0x7fc;
constexpr uint64_t kRo = 0x77c;

/// A TLB entry: a leaf as the walker found it.
struct Entry {
    uint64_t physical;
    uint64_t attributes;
    uint64_t size;
    bool operator==(const Entry&) const = default;
};

/// Holds every translation of a window of addresses until it is invalidated.
struct Tlb {
    const PageTable* table = nullptr;
    Range window;
    std::map<uint64_t, Entry> entries; // by start address
    unsigned conflicts = 0;

    /// Fills from the table, as a walker may at any time; two entries for one address are a
    /// conflict.
    void walk_all() {
        for (uint64_t at = window.start; at < window.end();) {
            PageTable::Mapping mapping;
            if (!table->walk(at, mapping)) {
                at += k4K;
                continue;
            }
            const uint64_t start = align_down(at, mapping.leaf_size);
            const Entry found{mapping.physical - (at - start), mapping.attributes,
                              mapping.leaf_size};
            insert(start, found);
            at = start + mapping.leaf_size;
        }
    }
    void insert(uint64_t start, const Entry& found) {
        auto it = entries.upper_bound(start);
        if (it != entries.begin())
            --it;
        for (; it != entries.end() && it->first < start + found.size; ++it)
            if (it->first + it->second.size > start &&
                (it->first != start || !(it->second == found)))
                conflicts++;
        entries[start] = found;
    }
    void invalidate(uint64_t from, uint64_t size) {
        std::erase_if(entries, [&](const auto& entry) {
            return Range{entry.first, entry.second.size}.overlaps({from, size});
        });
    }
};

Tlb tlb;

/// The entry that is being replaced is invalid now: nothing of it is walkable.
void on_invalidate(Range range) {
    tlb.invalidate(range.start, range.size);
    tlb.walk_all();
}

struct Model {
    std::map<uint64_t, std::pair<uint64_t, uint64_t>> pages;

    void map(uint64_t address, uint64_t physical, uint64_t size, uint64_t attributes) {
        for (uint64_t at = 0; at < size; at += k4K)
            pages[address + at] = {physical + at, attributes};
    }
    void unmap(Range range) {
        pages.erase(pages.lower_bound(range.start), pages.lower_bound(range.end()));
    }
    bool matches(const PageTable& table, Range window) const {
        for (uint64_t at = window.start; at < window.end(); at += k4K) {
            PageTable::Mapping mapping;
            const auto it = pages.find(at);
            if (table.walk(at, mapping) != (it != pages.end()))
                return false;
            if (it != pages.end() &&
                (mapping.physical != it->second.first || mapping.attributes != it->second.second))
                return false;
        }
        return true;
    }
};

} // namespace

TEST_CASE("page table: random edits do what a map of pages does") {
    constexpr Range window{k1G - 4 * k2M, 8 * k2M};
    for (unsigned seed = 1; seed <= 5; seed++) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        PoolMemory memory{64};
        PageTable table;
        REQUIRE(table.init(memory.pool, TableGeometry::stage2(40), on_invalidate));
        tlb = {&table, window, {}, 0};
        Model model;
        const uint64_t empty = memory.pool.used();
        for (unsigned step = 0; step < 60; step++) {
            const bool by_block = random() % 4 == 0;
            const uint64_t unit = by_block ? k2M : k4K;
            const uint64_t first = random() % (window.size / unit);
            const uint64_t size = (1 + random() % (window.size / unit - first)) * unit;
            const Range range{window.start + first * unit, size};
            const uint64_t attributes = random() % 2 != 0 ? kRw : kRo;
            switch (random() % 3) {
            case 0:
                REQUIRE(table.map(range.start, range.start, size, attributes, random() % 4 != 0));
                model.map(range.start, range.start, size, attributes);
                break;
            case 1:
                REQUIRE(table.split_at(range.start));
                REQUIRE(table.split_at(range.end()));
                REQUIRE(model.matches(table, window));
                table.unmap(range);
                tlb.invalidate(window.start, window.size); // the caller's flush
                model.unmap(range);
                break;
            default:
                REQUIRE(table.split_at(range.start));
                REQUIRE(table.split_at(range.end()));
                table.remove(range);
                model.unmap(range);
                tlb.invalidate(window.start, window.size);
                break;
            }
            REQUIRE(model.matches(table, window));
            REQUIRE(table.is_free(window) == model.pages.empty());
            tlb.walk_all();
            CHECK(tlb.conflicts == 0);
            tlb.conflicts = 0;
        }
        table.remove(window);
        CHECK(memory.pool.used() == empty);
        table.destroy();
        CHECK(memory.pool.used() == 1);
    }
}

TEST_CASE("page table: break before make in the life of a cell's memory") {
    PoolMemory memory{32};
    PageTable table;
    REQUIRE(table.init(memory.pool, TableGeometry::stage2(40), on_invalidate));
    REQUIRE(table.map(0, 0, k1G, kRw));
    const uint64_t used = memory.pool.used();
    tlb = {&table, {0, 4 * k2M}, {}, 0};
    tlb.walk_all();
    const Range region{k2M + 5 * k4K, k2M};
    for (unsigned round = 0; round < 3; round++) {
        REQUIRE(table.split_at(region.start));
        REQUIRE(table.split_at(region.end()));
        tlb.walk_all();
        table.unmap(region);
        tlb.entries.clear(); // the caller's flush
        tlb.walk_all();
        REQUIRE(table.map(region.start, region.start, region.size, kRw));
        tlb.walk_all();
        CHECK(tlb.conflicts == 0);
        CHECK(memory.pool.used() == used);
    }
    table.destroy();
}
