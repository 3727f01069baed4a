// SPDX-License-Identifier: Apache-2.0
// Memory on its way between the root cell and another one.
#pragma once

#include "cell/cell.hpp"
#include "mem/stage2.hpp"

namespace brig::memory {

/// The root cell loses it when the cell is created: neither the communication page nor shared on
/// purpose.
inline bool is_taken(const brig_memory_region& region) {
    return region.size != 0 && (region.flags & (BRIG_MEM_COMM_REGION | BRIG_MEM_ROOTSHARED)) == 0;
}

/// The root cell gets access while the cell is loadable.
inline bool is_lent(const brig_memory_region& region) {
    return is_taken(region) && is_mapped(region) && (region.flags & BRIG_MEM_LOADABLE) != 0;
}

/// Errors: invalid, with a message, if a region touches hypervisor memory or the interrupt
/// controller; busy if another non-root cell has taken part of it.
Result<void> check_regions(const CellView& config);

/// Stage 2 of a new cell. On error the table is partly filled and the caller destroys it.
Result<void> build(Cell& cell);

/// Allocates what withdraw() and then give_back() of these regions need in the root cell's tables.
/// To be repeated before each withdrawal, since giving back merges tables. Errors: no_memory.
Result<void> prepare_withdrawal(Cell& root, const CellView& config);
/// The caller flushes the root cell's TLB entries.
void withdraw(Cell& root, const brig_memory_region& region);
/// Maps what the root configuration lists of this region, with the root's flags.
void give_back(Cell& root, const brig_memory_region& region);

/// After guest memory has changed hands: nothing of it may be left in caches.
void clean_caches(const Cell& cell);

} // namespace brig::memory
