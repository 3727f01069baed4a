// SPDX-License-Identifier: Apache-2.0
// Regions smaller than a page: every access traps, is checked and done for the cell (abi: cells.md
// 8).
#pragma once

#include "cell/cell.hpp"
#include "trap/mmio.hpp"

namespace brig::subpage {

/// Whether a region's flags allow an access of `size` bytes at `offset` from its start.
bool is_allowed(uint64_t flags, uint64_t offset, uint32_t size, bool write);

/// Result: unhandled if no sub-page region of the cell holds all of the access.
MmioResult access(const Cell& cell, MmioAccess& access);

} // namespace brig::subpage
