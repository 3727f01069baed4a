// SPDX-License-Identifier: Apache-2.0
// exits: leaves the cell a known number of times for each of some reasons, without printing
// meanwhile.
//
//   hvc=N     hypercalls of a code that does not exist (0)
//   smc=N     PSCI_VERSION (0)
//   slow=N    PSCI_FEATURES, which the hypervisor does not answer at once (0)
//   read=N    reads of GICD_TYPER (0)
//   trace=N   first asks the hypervisor for that command of exit tracing, and prints the answer
#include "brig/hypercall.h"
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr uint64_t no_such_code = 0x4242;
constexpr uint64_t psci_version = 0x84000000;
constexpr uint64_t psci_features = 0x8400000a;

void firmware(uint64_t function) {
    register uint64_t x0 asm("x0") = function;
    register uint64_t x1 asm("x1") = psci_version;
    asm volatile("smc #0"
                 : "+r"(x0), "+r"(x1)::"x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                   "x12", "x13", "x14", "x15", "x16", "x17", "memory");
}

} // namespace

void inmate_main() {
    const uint64_t hvcs = cmdline_int("hvc", 0);
    const uint64_t smcs = cmdline_int("smc", 0);
    const uint64_t slow = cmdline_int("slow", 0);
    const uint64_t reads = cmdline_int("read", 0);
    const uint64_t command = cmdline_int("trace", ~uint64_t{0});
    if (command != ~uint64_t{0}) {
        const int64_t answer = hypercall(BRIG_HC_GET_INFO, BRIG_INFO_TRACE, command);
        print("exits: trace command %lu: %ld\n", command, answer);
    }
    for (uint64_t i = 0; i < hvcs; i++) {
        hypercall(no_such_code);
    }
    for (uint64_t i = 0; i < smcs; i++) {
        firmware(psci_version);
    }
    for (uint64_t i = 0; i < slow; i++) {
        firmware(psci_features);
    }
    for (uint64_t i = 0; i < reads; i++) {
        read32(gic::distributor() + gic::typer);
    }
    print("exits: done\n");
}
