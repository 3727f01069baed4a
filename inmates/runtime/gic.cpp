// SPDX-License-Identifier: Apache-2.0
#include "gic.hpp"

#include "comm.hpp"
#include "gicv3.hpp"
#include "layout.h"
#include "print.hpp"

namespace brig::gic {
namespace {

constexpr unsigned max_handlers = 24;
constexpr unsigned first_special = 1020;

struct Entry {
    unsigned intid;
    Handler handler;
    void* argument;
};

Entry table[max_handlers];
unsigned used;
unsigned spurious;
uint64_t frames[INMATE_MAX_CPUS];

// Where the enable and other bit registers of an interrupt are.
uint64_t bank(unsigned intid) {
    return intid < first_spi ? redistributor() + sgi_frame : distributor();
}

void set_bit(uint64_t offset, unsigned intid) {
    write32(bank(intid) + offset + intid / 32 * 4, 1u << intid % 32);
}

} // namespace

uint64_t distributor() {
    return comm_read64(gicd_base);
}
uint64_t redistributor() {
    return frames[cpu_index()];
}
unsigned spurious_count() {
    return spurious;
}

bool init_cpu() {
    const unsigned version = read8(comm_field(gic_version));
    if (version != 3) {
        print(
            "inmate: GIC version %u is not supported by this runtime, running without interrupts\n",
            version);
        return false;
    }
    FrameWalk frame;
    while (frame.valid() && frame.affinity() != own_affinity()) {
        frame.next();
    }
    if (!frame.valid()) {
        print("inmate: GIC: no redistributor for CPU 0x%lx from 0x%lx on\n", own_affinity(),
              comm_read64(gicr_base));
        return false;
    }
    frames[cpu_index()] = frame.address();
    return gicv3::init_cpu(frame.address());
}

bool set_handler(unsigned intid, Handler handler, void* argument) {
    for (unsigned i = 0; i < used; ++i) {
        if (table[i].intid == intid) {
            table[i] = {intid, handler, argument};
            return true;
        }
    }
    if (used == max_handlers) {
        return false;
    }
    table[used] = {intid, handler, argument};
    __atomic_store_n(&used, used + 1, __ATOMIC_RELEASE);
    return true;
}

void enable(unsigned intid) {
    set_bit(isenabler, intid);
}

void disable(unsigned intid) {
    set_bit(icenabler, intid);
    dsb();
}

void enable_spi(unsigned intid) {
    const uint64_t group = distributor() + igroupr + intid / 32 * 4;
    write32(group, read32(group) | 1u << intid % 32);
    write64(distributor() + irouter + intid * 8, own_affinity());
    enable(intid);
}

void dispatch() {
    const unsigned intid = gicv3::acknowledge();
    if (intid >= first_special && intid < first_special + 4) {
        return;
    }
    for (unsigned i = 0; i < __atomic_load_n(&used, __ATOMIC_ACQUIRE); ++i) {
        if (table[i].intid == intid) {
            table[i].handler(table[i].argument);
            gicv3::end(intid);
            return;
        }
    }
    __atomic_fetch_add(&spurious, 1u, __ATOMIC_RELAXED);
    gicv3::end(intid);
}

} // namespace brig::gic
