// SPDX-License-Identifier: Apache-2.0
// Host twin of one CPU's interfaces: registers in memory, physical operations recorded. A thread is
// a CPU.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/barrier.hpp"
#include "arch/registers.hpp"

namespace brig::arch {

template <unsigned id, uint64_t initial = 0>
struct FakeRegister {
    static inline thread_local uint64_t value = initial;
    static uint64_t read() { return value; }
    static void write(uint64_t v) { value = v; }
};

using IccPmrEl1 = FakeRegister<0>;
using IccCtlrEl1 = FakeRegister<1>;
using IccBpr1El1 = FakeRegister<2>;
using IccIgrpen1El1 = FakeRegister<3>;
using IccAp1r0El1 = FakeRegister<4>;
using IchHcrEl2 = FakeRegister<5>;
using IchVmcrEl2 = FakeRegister<6>;
using IchAp0r0El2 = FakeRegister<7>;
using IchAp1r0El2 = FakeRegister<8>;
using IchMisrEl2 = FakeRegister<10>;
using IccSreEl2 = FakeRegister<9, 0xf>; // system registers in use

} // namespace brig::arch

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

inline thread_local FakeInterface fake;

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
