// SPDX-License-Identifier: Apache-2.0
// What the driver shows of the hypervisor's runs (sysfs `evidence`, `evidence_previous`). All throw
// Error.
#pragma once

#include "util/file.hpp"

#include <filesystem>
#include <string>

namespace brig::device {

// The area of the run since the last enable; empty when there was none since the module was loaded.
Bytes read_evidence(const std::filesystem::path& sysfs);

// The areas of runs before that one, also of those before a reset.
Bytes read_previous_evidence(const std::filesystem::path& sysfs);

// Tells the driver where earlier runs had their memory, by the system configuration they used.
void set_hypervisor_memory(const std::filesystem::path& parameter, const Bytes& config,
                           const std::string& file);

} // namespace brig::device
