// SPDX-License-Identifier: Apache-2.0
#include "decode/disassembler.hpp"

#include <capstone/capstone.h>

namespace brig::decode {

namespace {

class Capstone {
public:
    Capstone() { open_ = cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle_) == CS_ERR_OK; }
    ~Capstone() {
        if (open_)
            cs_close(&handle_);
    }
    Capstone(const Capstone&) = delete;
    Capstone& operator=(const Capstone&) = delete;

    std::string text(uint32_t word, uint64_t address) const {
        const uint8_t code[4] = {static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8),
                                 static_cast<uint8_t>(word >> 16),
                                 static_cast<uint8_t>(word >> 24)};
        cs_insn* instruction = nullptr;
        if (!open_ || cs_disasm(handle_, code, sizeof(code), address, 1, &instruction) == 0)
            return {};
        std::string result = instruction->mnemonic;
        if (instruction->op_str[0] != '\0')
            result += std::string(" ") + instruction->op_str;
        cs_free(instruction, 1);
        return result;
    }

private:
    csh handle_ = 0;
    bool open_ = false;
};

} // namespace

std::string disassemble(uint32_t word, uint64_t address) {
    static const Capstone capstone;
    // Its names of system registers are not those of all releases of the architecture.
    const std::string access = disassemble_register_access(word);
    return access.empty() ? capstone.text(word, address) : access;
}

bool has_disassembler() {
    return true;
}

} // namespace brig::decode
