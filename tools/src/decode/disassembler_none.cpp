// SPDX-License-Identifier: Apache-2.0
#include "decode/disassembler.hpp"

namespace brig::decode {

std::string disassemble(uint32_t word, uint64_t) {
    return disassemble_register_access(word);
}

bool has_disassembler() {
    return false;
}

} // namespace brig::decode
