// SPDX-License-Identifier: Apache-2.0
#include "gicv2.hpp"

#include "comm.hpp"
#include "gic.hpp"
#include "layout.h"
#include "print.hpp"

namespace brig::gicv2 {
namespace {

struct Known {
    uint64_t affinity;
    unsigned mask; // its CPU interface's bit in target lists; 0: not yet known
};
Known known[INMATE_MAX_CPUS];

// The targets of SGIs and PPIs read as the bit of the CPU that asks, or zero where there is one
// only.
unsigned own_mask() {
    const unsigned mask = read32(gic::distributor() + gic::itargetsr) & 0xff;
    return mask == 0 ? 1 : mask;
}

} // namespace

uint64_t cpu_interface() {
    return comm_read64(gicc_base);
}

bool init_cpu() {
    known[cpu_index()].affinity = own_affinity();
    __atomic_store_n(&known[cpu_index()].mask, own_mask(), __ATOMIC_RELEASE);
    // A cell's hypervisor has done this already and ignores the write; bare hardware needs it.
    if (cpu_index() == 0) {
        write32(gic::distributor() + gic::ctlr, 1);
    }
    write32(cpu_interface() + pmr, 0xf0);
    write32(cpu_interface() + bpr, 0);
    write32(cpu_interface() + ctlr, 1);
    return true;
}

unsigned interface_of(uint64_t affinity) {
    for (const Known& cpu : known) {
        const unsigned mask = __atomic_load_n(&cpu.mask, __ATOMIC_ACQUIRE);
        if (mask != 0 && cpu.affinity == affinity) {
            return static_cast<unsigned>(__builtin_ctz(mask));
        }
    }
    return affinity & 7;
}

void send_sgi(uint64_t affinity, unsigned intid) {
    dsb();
    write32(gic::distributor() + gic::sgir, 1u << (16 + interface_of(affinity)) | intid);
}

void send_sgi_to_all_others(unsigned intid) {
    dsb();
    write32(gic::distributor() + gic::sgir, 1u << 24 | intid);
}

void route(unsigned intid) {
    write8(gic::distributor() + gic::itargetsr + intid, static_cast<uint8_t>(own_mask()));
}

} // namespace brig::gicv2
