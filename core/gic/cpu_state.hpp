// SPDX-License-Identifier: Apache-2.0
// What the interrupt controller code keeps per CPU.
#pragma once

#include <type_traits>

#include "brig_config.hpp"
#include "gic/v2/cpu_state.hpp"
#include "gic/v3/cpu_state.hpp"

namespace brig {

using GicCpuState = std::conditional_t<config::gicv3, gicv3::CpuState, gicv2::CpuState>;

} // namespace brig
