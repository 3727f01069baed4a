// SPDX-License-Identifier: Apache-2.0
// The life of a cell (abi: cells.md 2). All of these run on a root CPU, under the management lock.
#pragma once

#include "cell/cell.hpp"
#include "cpu/management.hpp"

namespace brig::control {

/// Creates a cell from the configuration at a root address. Its CPUs are parked, its state is
/// SHUT_DOWN. Errors: as hypercalls.md 2.2 lists them; nothing has changed then.
Result<void> create(uint64_t config_address);

/// The root cell gets the loadable regions; the CPUs are parked.
Result<void> set_loadable(uint64_t id);
/// First CPU at cpu_reset_address, the others off.
Result<void> start(uint64_t id);
Result<void> destroy(uint64_t id);

/// The root cell itself, at enable. Errors: no_memory, invalid.
Result<void> create_root();

/// Returns a cell's pages, and sub-page windows that no other cell uses. The cell is in no list.
void release_pages(Cell& cell);
void log_pool(const char* when);

} // namespace brig::control
