// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/frame.hpp"

namespace brig::smc {

constexpr uint64_t kLength = 4; // of the instruction

/// Makes the guest's call in its place: x0-x17 go to the firmware and come back.
void forward(Frame& frame);

} // namespace brig::smc
