// SPDX-License-Identifier: Apache-2.0
// Readable and JSON forms of a configuration file; both are complete.
#pragma once

#include "config/binary.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::config {

std::string dump_text(const ParsedFile& file);
nlohmann::ordered_json dump_json(const ParsedFile& file);

// The four lines of a region in check reports: phys_start, virt_start, size, flags.
std::string region_text(const MemoryRegion& region, const std::string& indent);

} // namespace brig::config
