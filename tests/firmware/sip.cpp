// SPDX-License-Identifier: Apache-2.0
// Calls of the silicon provider and of a trusted OS: canned answers, each call told on the UART.
#include "monitor.hpp"

namespace firmware {

namespace {
// What identifies OP-TEE (optee_smc.h of Linux: CALLS_COUNT, CALLS_UID, CALLS_REVISION).
constexpr uint32_t kTrustedCount = 0xbf00ff00;
constexpr uint32_t kTrustedUid = 0xbf00ff01;
constexpr uint32_t kTrustedRevision = 0xbf00ff03;

constexpr unsigned owner(uint64_t function) {
    return static_cast<unsigned>(function >> 24 & 0x3f);
}
} // namespace

bool handle_sip(Frame& frame) {
    const uint64_t function = frame.x[0] & 0xffffffff;
    for (unsigned i = 0; i < parameters.sip_calls; i++) {
        const SipCall& call = parameters.sip[i];
        if (call.function != function)
            continue;
        log("SiP call 0x{:x} 0x{:x} 0x{:x}", function, frame.x[1], frame.x[2]);
        for (unsigned r = 0; r < 4; r++)
            frame.x[r] = call.result[r];
        return true;
    }
    return false;
}

bool handle_trusted_os(Frame& frame) {
    const auto function = static_cast<uint32_t>(frame.x[0]);
    if (parameters.trusted_os == 0 || owner(function) < 50)
        return false;
    log("trusted OS call 0x{:x}", function);
    switch (function) {
    case kTrustedCount:
        frame.answer(3);
        return true;
    case kTrustedUid: // 384fb3e0-e7f8-11e3-af63-0002a5d5c51b
        frame.x[0] = 0x384fb3e0;
        frame.x[1] = 0xe7f811e3;
        frame.x[2] = 0xaf630002;
        frame.x[3] = 0xa5d5c51b;
        return true;
    case kTrustedRevision:
        frame.x[0] = 2;
        frame.x[1] = 0;
        return true;
    default:
        frame.answer(kNotSupported);
        return true;
    }
}

} // namespace firmware
