// SPDX-License-Identifier: Apache-2.0
// Learn mode's switch and record, in the driver's sysfs folder. All throw Error.
#pragma once

#include "util/file.hpp"

#include <filesystem>
#include <string>

namespace brig::device {

// Sets the flag in a system configuration that switches learn mode on at enable.
void request_learn_mode(Bytes& config, const std::string& file);

// "on", "off" or "not built in"; empty when there is no driver, or an older one.
std::string learn_state(const std::filesystem::path& sysfs);

// `word` is on, off or clear.
void switch_learn_mode(const std::filesystem::path& sysfs, const std::string& word);

// As the hypervisor wrote it; empty when nothing has been learned since the module was loaded.
Bytes read_learn_record(const std::filesystem::path& sysfs);

} // namespace brig::device
