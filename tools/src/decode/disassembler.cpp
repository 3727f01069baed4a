// SPDX-License-Identifier: Apache-2.0
#include "decode/disassembler.hpp"

#include "decode/sysreg.hpp"

#include <fmt/format.h>

namespace brig::decode {

std::string disassemble_register_access(uint32_t word) {
    const auto access = system_register_access(word);
    if (!access)
        return {};
    const std::string rt = access->rt == 31 ? "xzr" : fmt::format("x{}", access->rt);
    return access->read ? fmt::format("mrs {}, {}", rt, access->name)
                        : fmt::format("msr {}, {}", access->name, rt);
}

} // namespace brig::decode
