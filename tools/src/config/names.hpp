// SPDX-License-Identifier: Apache-2.0
// The words for flag bits and types, shared by the partition language, dump and check.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace brig::config {

struct FlagName {
    uint64_t mask;
    std::string_view property;  // in a partition file
    std::string_view reference; // in the reference's sources, after the prefix
};

std::span<const FlagName> memory_flags();
std::span<const FlagName> cell_flags();
std::span<const FlagName> console_flags();

// "read, write, io"; unknown bits as one hexadecimal number; "none" for 0.
std::string flags_text(uint64_t flags, std::span<const FlagName> names);

// "pl011" for BRIG_CONSOLE_PL011 ...; the number when it is unknown.
std::string console_type_text(unsigned type);
// Any case; the words of console_type_text.
std::optional<uint16_t> console_type(std::string_view word);
std::string console_type_words(); // for messages

std::string iommu_type_text(uint32_t type);
std::optional<uint32_t> iommu_type(std::string_view word);

std::string architecture_text(unsigned architecture);

} // namespace brig::config
