// SPDX-License-Identifier: Apache-2.0
#include "smc/smccc.hpp"

#include "arch/guest.hpp"
#include "smc/psci.hpp"

namespace brig::smccc {

namespace {

int64_t ask(uint64_t function, uint64_t argument) {
    uint64_t registers[18] = {function, argument};
    arch::call_firmware(registers);
    return static_cast<int64_t>(registers[0]);
}

int64_t arch_features(const Cpu& cpu, uint64_t function) {
    switch (static_cast<uint32_t>(function)) {
    case kVersion:
    case kArchFeatures:
        return 0;
    case kWorkaround1:
        return cpu.workaround_1;
    case kWorkaround2:
        return cpu.workaround_2;
    default:
        return kNotSupported;
    }
}

} // namespace

bool has_1_1() {
    // It is found through PSCI 1.0 (DEN 0028, appendix B); older firmware may not survive the
    // question.
    return ask(psci::kVersion, 0) >= 0x10000 && ask(psci::kFeatures, kVersion) >= 0 &&
           ask(kVersion, 0) >= kVersion1_1;
}

void probe(Cpu& cpu) {
    cpu.workaround_1 = cpu.workaround_2 = kNotSupported;
    if (!has_1_1())
        return;
    cpu.workaround_1 = static_cast<int32_t>(ask(kArchFeatures, kWorkaround1));
    cpu.workaround_2 = static_cast<int32_t>(ask(kArchFeatures, kWorkaround2));
}

bool handle(Cpu& cpu, Frame& frame) {
    int64_t result = kNotSupported;
    switch (static_cast<uint32_t>(frame.x[0])) {
    case kVersion:
        result = kVersion1_1;
        break;
    case kArchFeatures:
        result = arch_features(cpu, frame.x[1]);
        break;
    case kWorkaround1:
        if (cpu.workaround_1 < 0)
            return false;
        ask(kWorkaround1, 0);
        return true; // no result; x0-x3 are the caller's loss
    case kWorkaround2:
        if (cpu.workaround_2 < 0)
            return false;
        ask(kWorkaround2, frame.x[1]);
        return true;
    default:
        return false;
    }
    frame.x[0] = static_cast<uint64_t>(result);
    return true;
}

} // namespace brig::smccc
