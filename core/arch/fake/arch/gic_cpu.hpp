// SPDX-License-Identifier: Apache-2.0
// Host twin of the virtual interface: list registers in memory, physical operations recorded.
#pragma once

#include <cstdint>
#include <vector>

namespace brig::arch::gic {

constexpr unsigned kMaxListRegisters = 16;

struct FakeInterface {
    uint64_t list_registers[kMaxListRegisters] = {};
    unsigned count = 4;
    bool underflow = false;
    std::vector<uint32_t> to_acknowledge; // taken from the back
    std::vector<uint32_t> dropped;
    std::vector<uint32_t> deactivated;
    struct Sgi {
        unsigned intid;
        uint64_t mpidr;
    };
    std::vector<Sgi> sent;
};

inline FakeInterface fake;

inline uint64_t read_list_register(unsigned n) {
    return fake.list_registers[n];
}
inline void write_list_register(unsigned n, uint64_t value) {
    fake.list_registers[n] = value;
}
inline uint64_t empty_list_registers() {
    uint64_t empty = 0;
    for (unsigned i = 0; i < fake.count; i++)
        if (fake.list_registers[i] >> 62 == 0)
            empty |= uint64_t{1} << i;
    return empty;
}
inline unsigned num_list_registers() {
    return fake.count;
}
inline void set_underflow_interrupt(bool on) {
    fake.underflow = on;
}
inline uint32_t acknowledge() {
    if (fake.to_acknowledge.empty())
        return 1023;
    const uint32_t intid = fake.to_acknowledge.back();
    fake.to_acknowledge.pop_back();
    return intid;
}
inline void drop_priority(uint32_t intid) {
    fake.dropped.push_back(intid);
}
inline void deactivate(uint32_t intid) {
    fake.deactivated.push_back(intid);
}
inline void send_sgi(unsigned intid, uint64_t mpidr) {
    fake.sent.push_back({intid, mpidr});
}

} // namespace brig::arch::gic
