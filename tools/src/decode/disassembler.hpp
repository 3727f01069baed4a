// SPDX-License-Identifier: Apache-2.0
// One of two files behind it: disassembler_capstone.cpp, or for a target without that library
// disassembler_none.cpp, which knows accesses to system registers only.
#pragma once

#include <cstdint>
#include <string>

namespace brig::decode {

// "mrs x0, fpexc32_el2"; empty when it is not known.
std::string disassemble(uint32_t word, uint64_t address);

// Is there a disassembler in this program?
bool has_disassembler();

// Of an access to a system register; else empty.
std::string disassemble_register_access(uint32_t word);

} // namespace brig::decode
