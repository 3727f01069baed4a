// SPDX-License-Identifier: Apache-2.0
// Where the driver is found: our names, or the reference's if only those exist.
#pragma once

#include <filesystem>

namespace brig::device {

struct Names {
    const char* node;
    const char* sysfs;
    const char* module;
};

// The names of the driver that is there; the preferred ones when none is.
const Names& names();

} // namespace brig::device
