// SPDX-License-Identifier: Apache-2.0
// QEMU's `virt` machine with `virtualization=on,gic-version=2`. Addresses: QEMU, hw/arm/virt.c, and
// the tree that `-machine dumpdtb=` writes.
#pragma once

#include <array>

#include "board/contract.hpp"
#include "console/uart/drivers.hpp"

namespace brig::bsp {

struct QemuVirtGicv2 {
    const char* name = "qemu-virt-gicv2";
    GicFrames gic{.version = 2,
                  .gicd = 0x08000000,
                  .gicc = 0x08010000,
                  .gich = 0x08030000,
                  .gicv = 0x08040000,
                  .maintenance = 25};
    // The second UART; Linux has the first.
    EarlyConsole<console::Uart<console::uart_pl011>> console{.address = 0x09040000, .divider = 13};
    uint64_t dram_end = 0x40000000 + (255ull << 30);
    bool use_sdei = false; // no firmware
    // No firmware behind PSCI, so nothing to forward.
    std::array<SmcRule, 0> smc_policy{};
};

inline constexpr QemuVirtGicv2 board;

} // namespace brig::bsp
