// SPDX-License-Identifier: Apache-2.0
// Areas of Linux's virtual addresses (Documentation/arch/arm64/memory.rst).
#pragma once

#include <cstdint>
#include <string>

namespace brig::decode {

// "linear map", "module", "Linux text", "vmalloc", "fixmap", "vmemmap", "user space"; empty for an
// address that Linux cannot have. A guess where releases differ: `kernel` is the release, or empty.
std::string linux_area(uint64_t address, const std::string& kernel);

} // namespace brig::decode
