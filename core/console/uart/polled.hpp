// SPDX-License-Identifier: Apache-2.0
// UARTs that the firmware has initialised and that need nothing but one status bit and one data
// register, both 32 bits wide.
#pragma once

#include "arch/mmio.hpp"
#include "console/uart/drivers.hpp"

namespace brig::console {

struct PolledLayout {
    uint64_t status;
    uint32_t mask;
    bool ready_when_set; // else ready when the bit is clear
    uint64_t transmit;
};

template <const PolledLayout& layout>
bool polled_put(const UartPort& port, char c) {
    const auto ready = [&] {
        const bool set = (arch::mmio_read32(port.base + layout.status) & layout.mask) != 0;
        return set == layout.ready_when_set;
    };
    if (!wait_until(ready))
        return false;
    arch::mmio_write32(port.base + layout.transmit, static_cast<unsigned char>(c));
    return true;
}

} // namespace brig::console
