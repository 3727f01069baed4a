// SPDX-License-Identifier: Apache-2.0
#include "device/names.hpp"

#include <unistd.h>

namespace brig::device {

namespace {

constexpr Names own = {"/dev/brig", "/sys/devices/brig", "brig"};
constexpr Names reference = {"/dev/jailhouse", "/sys/devices/jailhouse", "jailhouse"};

#ifdef BRIG_REFERENCE_NAMES
constexpr const Names& first = reference;
constexpr const Names& second = own;
#else
constexpr const Names& first = own;
constexpr const Names& second = reference;
#endif

} // namespace

const Names& names() {
    bool other = access(first.node, F_OK) != 0 && access(second.node, F_OK) == 0;
    return other ? second : first;
}

} // namespace brig::device
