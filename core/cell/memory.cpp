// SPDX-License-Identifier: Apache-2.0
#include "cell/memory.hpp"

#include "arch/guest.hpp"
#include "console/console.hpp"
#include "gic/irqchip.hpp"
#include "learn/learn.hpp"
#include "system.hpp"

namespace brig::memory {

namespace {

bool is_comm(const brig_memory_region& region) {
    return (region.flags & BRIG_MEM_COMM_REGION) != 0;
}

/// Of its page, root keeps what its configuration gives it, and loses what it has only learned.
bool is_subpage_taken(const brig_memory_region& region) {
    return is_taken(region) && !is_mapped(region);
}

bool taken_by_other_cell(Range host) {
    for (const Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        for (const auto& other : cell->config.regions())
            if (is_taken(other) && host.overlaps(host_range(other)))
                return true;
    return false;
}

/// Calls `edit(address)` wherever a mapping of root must end, now or when it is given back in the
/// pieces that the root configuration lists.
template <typename Edit>
Result<void> at_boundaries(const Cell& root, const CellView& config, Edit edit) {
    for (const auto& region : config.regions()) {
        if (!is_taken(region) || !is_mapped(region))
            continue;
        const Range host = host_range(region);
        BRIG_CHECK(edit(host.start));
        BRIG_CHECK(edit(host.end()));
        for (const auto& original : root.config.regions()) {
            const Range part = host_range(original).intersect(host);
            if (part.empty() || !is_mapped(original) || is_comm(original))
                continue;
            BRIG_CHECK(edit(part.start));
            BRIG_CHECK(edit(part.end()));
        }
    }
    return {};
}

bool may_merge(const Cell& root, uint64_t address) {
    for (const auto& original : root.config.regions())
        if (host_range(original).contains(address) && (original.flags & BRIG_MEM_NO_HUGEPAGES) != 0)
            return false;
    return true;
}

Result<void> refuse(const brig_memory_region& region, const char* why, Error error) {
    console::print("Memory region at 0x{:x}, size 0x{:x}: {}\n", uint64_t{region.phys_start},
                   uint64_t{region.size}, why);
    return error;
}

} // namespace

Result<void> check_regions(const CellView& config) {
    for (const auto& region : config.regions()) {
        if (region.size == 0)
            continue;
        if (irqchip::overlaps(guest_range(region)))
            return refuse(region, "covers the interrupt controller", Error::invalid);
        if (is_comm(region))
            continue;
        if (host_range(region).overlaps(sys.memory))
            return refuse(region, "touches hypervisor memory", Error::invalid);
        if (irqchip::overlaps(host_range(region)))
            return refuse(region, "contains the interrupt controller", Error::invalid);
        if (is_taken(region) && taken_by_other_cell(host_range(region)))
            return refuse(region, "belongs to another cell", Error::busy);
    }
    return {};
}

Result<void> build(Cell& cell) {
    for (const auto& region : cell.config.regions()) {
        if (is_comm(region)) {
            BRIG_CHECK(map_region(cell.stage2, region, reinterpret_cast<uint64_t>(cell.comm)));
        } else if (is_mapped(region)) {
            BRIG_CHECK(map_region(cell.stage2, region, host_range(region).start));
        } else if (config::subpage_mmio && region.size != 0) {
            BRIG_CHECK(sys.hyp_map.map_device(host_range(region)));
        }
    }
    return {};
}

Result<void> prepare_withdrawal(Cell& root, const CellView& config) {
    if constexpr (config::learn)
        for (const auto& region : config.regions())
            if (is_subpage_taken(region))
                BRIG_CHECK(learn::prepare_withdrawal(root.stage2, host_range(region).page_cover()));
    const Result<void> result =
        at_boundaries(root, config, [&](uint64_t at) { return root.stage2.split_at(at); });
    if (!result)
        (void)at_boundaries(root, config, [&](uint64_t at) -> Result<void> {
            if (may_merge(root, at))
                root.stage2.merge_at(at);
            return {};
        });
    return result;
}

void withdraw(Cell& root, const brig_memory_region& region) {
    if (is_taken(region) && is_mapped(region))
        root.stage2.unmap(host_range(region));
    if constexpr (config::learn)
        if (is_subpage_taken(region))
            learn::withdraw(root.stage2, host_range(region).page_cover());
}

void give_back(Cell& root, const brig_memory_region& region) {
    for (const auto& original : root.config.regions()) {
        if (!is_mapped(original) || is_comm(original))
            continue;
        const Range part = host_range(original).intersect(host_range(region));
        if (part.empty())
            continue;
        brig_memory_region piece = original;
        piece.virt_start = original.virt_start + (part.start - host_range(original).start);
        piece.size = part.size;
        if (!map_region(root.stage2, piece, part.start))
            console::print("WARNING: Failed to re-assign memory region to root cell\n");
    }
}

void clean_caches(const Cell& cell) {
    for (const auto& region : cell.config.regions())
        if (is_mapped(region) && (region.flags & (BRIG_MEM_IO | BRIG_MEM_COMM_REGION)) == 0)
            arch::clean_guest_memory(host_range(region).start, region.size);
}

} // namespace brig::memory
