// SPDX-License-Identifier: Apache-2.0
// The communication region and its message protocol.
#pragma once

#include "cell/cell.hpp"

namespace brig::messages {

/// What one look at the communication region says about a message that was sent.
enum class Verdict { waiting, agreed, refused };

/// The rules of hypercalls.md 3.2; a cell that rejected our revision counts as terminated.
Verdict judge(uint32_t message, uint32_t state, uint32_t reply);

/// Rebuilds the region from the configuration. The state is `running` afterwards.
void init_region(Cell& cell);

/// Asks a cell to shut down and waits. Errors: permission (denied).
Result<void> request_shutdown(Cell& cell);

/// Tells all non-root cells that cells have come or gone, and waits for each.
void announce_reconfiguration();

} // namespace brig::messages
