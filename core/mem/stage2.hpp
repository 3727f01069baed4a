// SPDX-License-Identifier: Apache-2.0
// The map of a cell, made from its memory regions.
#pragma once

#include "brig/config.h"
#include "mem/page_table.hpp"

namespace brig {

/// Never mapped but emulated by trapping (the unit of the test is the guest address).
inline bool is_subpage(const brig_memory_region& region) {
    return !is_aligned(region.virt_start, kPageSize) || !is_aligned(region.size, kPageSize);
}

/// Mapped as pages (or blocks) of the cell.
inline bool is_mapped(const brig_memory_region& region) {
    return region.size != 0 && !is_subpage(region);
}

inline Range guest_range(const brig_memory_region& region) {
    return {region.virt_start, region.size};
}

inline Range host_range(const brig_memory_region& region) {
    // The low bits of the host address count in sub-page regions only.
    const uint64_t start =
        is_subpage(region) ? uint64_t{region.phys_start} : align_down(region.phys_start, kPageSize);
    return {start, region.size};
}

/// Stage-2 attribute bits (Arm ARM D8.3.2) for a region's flags. Unlike the reference, memory
/// without EXECUTE is execute-never and Normal memory is inner shareable.
uint64_t stage2_attributes(uint64_t region_flags);

/// VTCR_EL2 for a table geometry: 4 KiB granule, write-back inner-shareable walks, 8-bit VMIDs.
uint64_t stage2_control(const TableGeometry& geometry);

/// Maps one page region of a cell at its guest address.
Result<void> map_region(PageTable& table, const brig_memory_region& region, uint64_t physical);

} // namespace brig
