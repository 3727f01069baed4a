// SPDX-License-Identifier: Apache-2.0
// The registers through which a CPU takes interrupts and hands them to its guest, as the code
// common to all interrupt controllers sees them.
#pragma once

#include <type_traits>

#include "brig_config.hpp"
#include "gic/v2/port.hpp"
#include "gic/v3/port.hpp"

namespace brig {

using GicPort = std::conditional_t<config::gicv3, gicv3::Port, gicv2::Port>;

} // namespace brig
