// SPDX-License-Identifier: Apache-2.0
// The header of a hypervisor image (include/brig/image.h).
#pragma once

#include "util/file.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace brig::doctor {

struct ImageBoard {
    std::string name;
    uint32_t console_types = 0; // bit n: driver for BRIG_CONSOLE_* n
    unsigned gic_version = 0;
    unsigned maintenance_irq = 0;
    uint64_t gicd = 0;
    uint64_t gicr = 0;
};

struct Image {
    uint64_t core_size = 0;
    uint64_t percpu_size = 0;
    std::optional<ImageBoard> board; // images before extension version 2 do not say

    // Hypervisor memory that it needs at least.
    uint64_t needed(unsigned cpus, uint64_t config_size) const {
        return core_size + cpus * percpu_size + config_size;
    }
};

// Throws Error with the reason when it is none.
Image parse_image(const Bytes& content, const std::string& file);

} // namespace brig::doctor
