// SPDX-License-Identifier: Apache-2.0
#include "board/cores.hpp"

namespace brig::board {

namespace {

constexpr std::optional<unsigned> unknown;

// Technical reference manuals: ID_AA64PFR0_EL1.EL1, ID_AA64MMFR1_EL1.VH, ID_AA64MMFR0_EL1.PARange.
constexpr Core cores[] = {
    // name          AArch32 at EL1, VHE, PA bits
    {"cortex-a34", false, false, 40},     {"cortex-a35", true, false, 40},
    {"cortex-a53", true, false, 40},      {"cortex-a55", true, true, 40},
    {"cortex-a57", true, false, 44},      {"cortex-a65", false, true, 44},
    {"cortex-a65ae", false, true, 44},    {"cortex-a72", true, false, 44},
    {"cortex-a73", true, false, unknown}, // 40 to 44
    {"cortex-a75", true, true, 44},       {"cortex-a76", false, true, 40},
    {"cortex-a76ae", false, true, 44},    {"cortex-a77", false, true, 40},
    {"cortex-a78", false, true, 40},      {"cortex-a78ae", false, true, 48},
    {"cortex-a78c", false, true, 40},     {"cortex-x1", false, true, 40},
    {"cortex-x1c", false, true, 40},      {"cortex-a510", false, true, 40},
    {"cortex-a520", false, true, 40},     {"cortex-a710", false, true, 40},
    {"cortex-a715", false, true, 40},     {"cortex-a720", false, true, 40},
    {"cortex-a725", false, true, 40},     {"cortex-x2", false, true, 40},
    {"cortex-x3", false, true, 40},       {"cortex-x4", false, true, 40},
    {"cortex-x925", false, true, 40},     {"neoverse-e1", false, true, 44},
    {"neoverse-n1", false, true, 48},     {"neoverse-n2", false, true, 48},
    {"neoverse-n3", false, true, 48},     {"neoverse-v1", false, true, 48},
    {"neoverse-v2", false, true, 48},     {"neoverse-v3", false, true, 48},
};

} // namespace

Core find_core(std::string_view name) {
    for (const Core& core : cores)
        if (core.name == name)
            return core;
    return {name, {}, {}, {}};
}

} // namespace brig::board
