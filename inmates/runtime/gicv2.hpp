// SPDX-License-Identifier: Apache-2.0
// What gic.cpp needs of a GICv2.
#pragma once

#include "arch.hpp"

namespace brig::gicv2 {

// GICC registers.
constexpr uint64_t ctlr = 0x00, pmr = 0x04, bpr = 0x08, iar = 0x0c, eoir = 0x10;

bool init_cpu();
// Number of the CPU interface of a CPU that has called init_cpu(); of others the lowest bits of
// the affinity, which is what it is on most machines.
unsigned interface_of(uint64_t affinity);
uint64_t cpu_interface();

// With the sender of an SGI in bits 12:10; end() wants it back.
inline unsigned acknowledge() {
    return read32(cpu_interface() + iar);
}
inline void end(unsigned acknowledged) {
    write32(cpu_interface() + eoir, acknowledged);
}
inline void set_priority_mask(unsigned mask) {
    write32(cpu_interface() + pmr, mask);
}
void send_sgi(uint64_t affinity, unsigned intid);
void send_sgi_to_all_others(unsigned intid);
void route(unsigned intid);

} // namespace brig::gicv2
