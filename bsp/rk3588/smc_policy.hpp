// SPDX-License-Identifier: Apache-2.0
// The firmware calls of Rockchip's kernels, each with a decision. Ids and their callers: the vendor
// kernels' rockchip_sip.h; what BL31 does about them: upstream Trusted Firmware-A, where it has
// them. What is not named is denied, as is everything for cells other than root.
#pragma once

#include <array>

#include "smc/policy.hpp"

namespace brig::bsp {

constexpr SmcRule root_may(uint32_t first, uint32_t last, const char* reason) {
    return {first, last, SmcAction::forward, SmcCaller::root, reason};
}
constexpr SmcRule nobody_may(uint32_t first, uint32_t last, const char* reason) {
    return {first, last, SmcAction::deny, SmcCaller::any, reason};
}

inline constexpr std::array kRk3588SmcPolicy{
    // OP-TEE of the vendor images: without an answer the root cell loses /dev/tee0. It reaches the
    // memory that Linux names to it, so Linux is trusted with that as long as it has OP-TEE.
    root_may(0x32000000, 0x320000ff, "OP-TEE: yielding calls, returning for interrupts and RPC"),

    // Rockchip SiP, 32 bits
    root_may(0x82000001, 0x82000001, "ATF version: reads a number"),
    nobody_may(0x82000002, 0x82000002,
               "register access: BL31 reaches any physical address, past stage 2"),
    root_may(
        0x82000003, 0x82000003,
        "suspend mode: says what sleep switches off; mainline's power domains call it at boot"),
    root_may(0x82000004, 0x82000004, "pending CPUs: reads a mask"),
    nobody_may(0x82000005, 0x82000005,
               "fiq-debugger: BL31 would enter a callback of Linux from EL3, past EL2"),
    nobody_may(0x82000006, 0x82000006, "MCU's EL3 FIQ: routes interrupts past EL2"),
    nobody_may(0x82000007, 0x82000007, "secure memory: moves firewalls under running cells"),
    root_may(
        0x82000008, 0x82000008,
        "DRAM frequency: stalls all cells for a moment, as SCMI clock 4 can too; switch the dmc "
        "driver off if one minds"),
    root_may(0x82000009, 0x82000009, "shared pages: address of pages at 0x100000, in x1"),
    root_may(0x8200000a, 0x8200000a, "SiP version: reads a number"),
    nobody_may(0x8200000b, 0x8200000b, "remote control: only for wake-up from sleep"),
    nobody_may(0x8200000c, 0x8200000c, "VPU reset: a cell may own the video blocks"),
    nobody_may(0x8200000d, 0x8200000d, "bus clock gating: buses are shared with cells"),
    root_may(0x8200000e, 0x8200000e, "last log: address and size of BL31's log"),
    nobody_may(0x8200000f, 0x8200000f, "OS registers: the same as register access"),
    root_may(0x82000010, 0x82000010,
             "SCMI doorbell: clocks of CPUs, GPU and SD card; unanswered, Linux locks up in "
             "shmem_tx_prepare. One channel, so one cell"),
    nobody_may(0x82000011, 0x8200001f, "SCMI agents 1 to 15: the firmware has none"),
    nobody_may(0x82000020, 0x82000021, "SDEI for the fiq-debugger: events past EL2"),
    nobody_may(0x82000022, 0x82000022, "AMP: starts CPUs behind the hypervisor"),
    nobody_may(0x82000024, 0x82000024, "FIQ control of the fiq-debugger: masks, past EL2"),
    nobody_may(0x82000025, 0x82000025, "HDCP keys: displays work without them"),
    nobody_may(0x82000026, 0x82000026, "secure watchdog: resets the machine under all cells"),
    nobody_may(0x82000028, 0x82000028, "MCU: starts a processor that nobody confines"),
    root_may(0x8200ff00, 0x8200ff01, "discovery: call count and UID"),
    root_may(0x8200ff03, 0x8200ff03, "discovery: revision"),

    // Trusted OS, fast calls
    root_may(0xb2000000, 0xb20000ff, "OP-TEE: version, capabilities, shared memory, notifications"),
    nobody_may(0xb7000003, 0xb7000003, "HDCP key of the TEE: as 0x82000025"),
    root_may(0xbf00ff00, 0xbf00ff03, "OP-TEE: discovery"),

    // 64 bits
    nobody_may(0xc2000005, 0xc2000005, "fiq-debugger: as 0x82000005"),
    nobody_may(0xc2000006, 0xc2000007, "chip state: sleep, which would stop all cells"),
    nobody_may(0xc4000020, 0xc400003f, "SDEI: answered by the vendor's BL31, but not to be used"),
};

} // namespace brig::bsp
