// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace test {

uint64_t Bus::get(uint64_t address, unsigned size) const {
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        if (const auto it = bytes_.find(address + i); it != bytes_.end())
            value |= uint64_t{it->second} << (8 * i);
    return value;
}

void Bus::set(uint64_t address, unsigned size, uint64_t value) {
    for (unsigned i = 0; i < size; i++)
        bytes_[address + i] = static_cast<uint8_t>(value >> (8 * i));
}

std::vector<Bus::Access> Bus::writes() const {
    std::vector<Access> found;
    for (const Access& access : log)
        if (access.write)
            found.push_back(access);
    return found;
}

} // namespace test
