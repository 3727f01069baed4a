// SPDX-License-Identifier: Apache-2.0
#include "gic.hpp"

#include "comm.hpp"
#include "gicv2.hpp"
#include "gicv3.hpp"
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

// Where the enable and other bit registers of an interrupt are.
uint64_t bank(unsigned intid) {
    return intid < first_spi && version() != 2 ? redistributor() + sgi_frame : distributor();
}

void end(unsigned acknowledged) {
    version() == 2 ? gicv2::end(acknowledged) : gicv3::end(acknowledged);
}

void set_bit(uint64_t offset, unsigned intid) {
    write32(bank(intid) + offset + intid / 32 * 4, 1u << intid % 32);
}

} // namespace

uint64_t distributor() {
    return comm_read64(gicd_base);
}
uint64_t redistributor() {
    return version() == 2 ? 0 : gicv3::redistributor();
}
unsigned version() {
    return read8(comm_field(gic_version));
}
unsigned spurious_count() {
    return spurious;
}

bool init_cpu() {
    switch (version()) {
    case 2:
        return gicv2::init_cpu();
    case 3:
        return gicv3::init_cpu();
    default:
        print("inmate: GIC version %u is not supported by this runtime, running without "
              "interrupts\n",
              version());
        return false;
    }
}

void send_sgi(uint64_t affinity, unsigned intid) {
    version() == 2 ? gicv2::send_sgi(affinity, intid) : gicv3::send_sgi(affinity, intid);
}

void send_sgi_to_all_others(unsigned intid) {
    version() == 2 ? gicv2::send_sgi_to_all_others(intid) : gicv3::send_sgi_to_all_others(intid);
}

unsigned acknowledge() {
    return version() == 2 ? gicv2::acknowledge() : gicv3::acknowledge();
}

void set_priority_mask(unsigned mask) {
    version() == 2 ? gicv2::set_priority_mask(mask) : gicv3::set_priority_mask(mask);
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
    version() == 2 ? gicv2::route(intid) : gicv3::route(intid);
    enable(intid);
}

void dispatch() {
    const unsigned acknowledged = acknowledge();
    const unsigned intid = version() == 2 ? acknowledged & 0x3ff : acknowledged;
    if (intid >= first_special && intid < first_special + 4) {
        return;
    }
    for (unsigned i = 0; i < __atomic_load_n(&used, __ATOMIC_ACQUIRE); ++i) {
        if (table[i].intid == intid) {
            table[i].handler(table[i].argument);
            end(acknowledged);
            return;
        }
    }
    __atomic_fetch_add(&spurious, 1u, __ATOMIC_RELAXED);
    end(acknowledged);
}

} // namespace brig::gic
