// SPDX-License-Identifier: Apache-2.0
// QEMU's `virt` machine with `secure=on,virtualization=on` and the monitor of tests/firmware at
// EL3: what the boards of this folder have in common. Each is the right one but for one thing.
#pragma once

#include <array>

#include "board/contract.hpp"
#include "brig_config.hpp"
#include "console/uart/drivers.hpp"

namespace brig::bsp {

constexpr SmcRule root_may(uint32_t first, uint32_t last, const char* reason) {
    return {first, last, SmcAction::forward, SmcCaller::root, reason};
}
inline constexpr SmcRule kScmiDoorbell = root_may(0x82000010, 0x82000010, "SCMI doorbell");
inline constexpr SmcRule kTrustedOs =
    root_may(0xb2000000, 0xb20000ff, "OP-TEE: version, capabilities");
inline constexpr SmcRule kTrustedOsDiscovery =
    root_may(0xbf00ff00, 0xbf00ff03, "OP-TEE: discovery");

inline constexpr GicFrames kGic = config::gicv3 ? GicFrames{.version = 3,
                                                            .gicd = 0x08000000,
                                                            .gicr = 0x080a0000,
                                                            .gicr_size = 0x00f60000,
                                                            .maintenance = 25}
                                                : GicFrames{.version = 2,
                                                            .gicd = 0x08000000,
                                                            .gicc = 0x08010000,
                                                            .gich = 0x08030000,
                                                            .gicv = 0x08040000,
                                                            .maintenance = 25};

/// Without a name and a policy.
struct Machine {
    GicFrames gic = kGic;
    // The first UART: the second one is the monitor's and secure. Linux has one on PCI.
    EarlyConsole<console::Uart<console::uart_pl011>> console{.address = 0x09000000};
    uint64_t dram_end = 0x40000000 + (255ull << 30);
    bool use_sdei = false;
};

} // namespace brig::bsp
