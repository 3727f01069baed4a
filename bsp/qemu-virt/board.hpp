// SPDX-License-Identifier: Apache-2.0
// QEMU's `virt` machine with `virtualization=on,gic-version=3`. Addresses: QEMU, hw/arm/virt.c, and
// the tree that `-machine dumpdtb=` writes.
#pragma once

#include <array>

#include "board/contract.hpp"
#include "console/uart/drivers.hpp"

namespace brig::bsp {

struct QemuVirt {
    const char* name = "qemu-virt";
    GicFrames gic{.version = 3,
                  .gicd = 0x08000000,
                  .gicr = 0x080a0000,
                  .gicr_size = 0x00f60000,
                  .maintenance = 25};
    // The second UART; Linux has the first.
    EarlyConsole<console::Uart<console::uart_pl011>> console{.address = 0x09040000, .divider = 13};
    uint64_t dram_end = 0x40000000 + (255ull << 30);
    bool use_sdei = false; // no firmware
    // No firmware behind PSCI, so nothing to forward.
    std::array<SmcRule, 0> smc_policy{};
};

inline constexpr QemuVirt board;

} // namespace brig::bsp
