// SPDX-License-Identifier: Apache-2.0
// Arm architecture calls (DEN 0028, 7).
#include "monitor.hpp"

namespace firmware {

namespace {
constexpr uint32_t kVersion = 0x80000000;
constexpr uint32_t kArchFeatures = 0x80000001;
} // namespace

bool handle_smccc(Frame& frame) {
    if (parameters.smccc_version == 0)
        return false;
    switch (static_cast<uint32_t>(frame.x[0])) {
    case kVersion:
        frame.answer(parameters.smccc_version);
        return true;
    case kArchFeatures: {
        const auto function = static_cast<uint32_t>(frame.x[1]);
        frame.answer(function == kVersion || function == kArchFeatures ? 0 : kNotSupported);
        return true;
    }
    default:
        return false;
    }
}

} // namespace firmware
