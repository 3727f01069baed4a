// SPDX-License-Identifier: Apache-2.0
// Rockchip RK3588 and RK3588S: all boards with them. What differs between boards (RAM, devices in
// use) is in their partition files. Sources: Linux's rk3588-base.dtsi, upstream Trusted Firmware-A.
#pragma once

#include <array>

#include "board/contract.hpp"
#include "console/uart/drivers.hpp"
#include "smc_policy.hpp"

namespace brig::bsp {

struct Rk3588 {
    const char* name = "rk3588";
    // GIC-600: one frame of 128 KiB for each of the eight CPUs, CPU n at gicr + n * 0x20000.
    GicFrames gic{.version = 3,
                  .gicd = 0xfe600000,
                  .gicr = 0xfe680000,
                  .gicr_size = 0x100000,
                  .maintenance = 25};
    // UART2, the debug header: Synopsys DesignWare, registers four bytes apart.
    EarlyConsole<console::Uart<console::uart_8250>> console{.address = 0xfeb50000,
                                                            .wide_registers = true};
    // Of the largest board, 32 GiB: the 256 MiB that lie under the device space come back at size +
    // 0xf0000000. PCIe begins right behind.
    uint64_t dram_end = 0x9'0000'0000;
    // The vendor's BL31 answers SDEI_VERSION, but its event 0 does not do what management needs.
    bool use_sdei = false;
    const decltype(kRk3588SmcPolicy)& smc_policy = kRk3588SmcPolicy;
};

inline constexpr Rk3588 board;

} // namespace brig::bsp
