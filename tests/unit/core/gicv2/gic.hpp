// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace test {

constexpr uint64_t kGicc = 0x08010000;
constexpr uint64_t kGich = 0x08030000;
constexpr uint64_t kGicv = 0x08040000;

/// Where the bus keeps the current CPU's copy of a banked register.
uint64_t banked(uint64_t address);

} // namespace test
