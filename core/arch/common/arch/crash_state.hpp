// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "brig/evidence.h"

namespace brig::arch {

/// The system registers of EL2 and EL1, as they are.
void describe_state(brig_crash_record& record);

} // namespace brig::arch
