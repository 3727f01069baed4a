// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include "inmate.hpp"

using namespace brig;

namespace bench {
namespace {

extern "C" char bench_vectors[];
extern "C" char inmate_vectors[];

SpiDevice device;
ClockRelation relation;

// The wait ends when the handler has set x15. x12 bounds it.
#define WAIT_FOR_HANDLER    \
    "0: cbnz x15, 1f\n\t"   \
    "subs x12, x12, #1\n\t" \
    "b.ne 0b\n\t"           \
    "1: msr daifset, #2\n\t"
#define BEFORE_EVENT          \
    "mov x12, #0x4000000\n\t" \
    "mov x15, #0\n\t"         \
    "mov x16, #0\n\t"         \
    "mov x17, #0\n\t"         \
    "isb\n\t"                 \
    "msr daifclr, #2\n\t"     \
    "mrs %[start], pmccntr_el0\n\t"
#define HANDLER_RESULTS "mov %[arrived], x15\n\tmov %[intid], x16\n\tmov %[end], x17"
#define HANDLER_CLOBBERS "x12", "x13", "x14", "x15", "x16", "x17", "cc", "memory"

bool prepare_pl011(uint64_t base) {
    write32(base + 0x38, 0);     // mask all
    write32(base + 0x30, 0x301); // UART and transmitter on
    write32(base + 0x00, '\r');  // a sent byte raises the transmit interrupt
    device = {base + 0x38, 1u << 5, 0};
    return timer::wait_for([=] { return (read32(base + 0x3c) & 1u << 5) != 0; }, 100000);
}

// The alarm time is now; the second may change between the read and the write.
bool prepare_pl031(uint64_t base) {
    write32(base + 0x10, 0);
    device = {base + 0x10, 1, 0};
    for (unsigned i = 0; i < 10; ++i) {
        write32(base + 0x04, read32(base + 0x00));
        if ((read32(base + 0x14) & 1) != 0) {
            return true;
        }
    }
    return false;
}

// Pin 0, an input that nothing drives high, is active low.
bool prepare_pl061(uint64_t base) {
    write32(base + 0x410, 0);
    write32(base + 0x400, read32(base + 0x400) & ~1u);
    write32(base + 0x404, read32(base + 0x404) | 1u);
    write32(base + 0x40c, read32(base + 0x40c) & ~1u);
    device = {base + 0x410, 1, 0};
    return (read32(base + 0x414) & 1) != 0;
}

} // namespace

void use_vectors(bool measuring) {
    write_sysreg(vbar_el1, reinterpret_cast<uint64_t>(measuring ? bench_vectors : inmate_vectors));
    isb();
}

const SpiDevice& spi_device() {
    return device;
}

bool prepare_spi_device() {
    char type[8];
    const uint64_t base = cmdline_int("spi-base", 0);
    if (base == 0 || !cmdline_string("spi-dev", type, sizeof(type))) {
        return false;
    }
    return equal(type, "pl011")   ? prepare_pl011(base)
           : equal(type, "pl031") ? prepare_pl031(base)
           : equal(type, "pl061") ? prepare_pl061(base)
                                  : false;
}

void Interrupt::by_register_write(uint64_t value) {
    asm volatile(
        "mov x14, #0\n\t" BEFORE_EVENT
        "msr S3_0_C12_C11_5, %[value]\n\t" WAIT_FOR_HANDLER HANDLER_RESULTS
        : [start] "=&r"(start_), [arrived] "=&r"(arrived_), [intid] "=&r"(intid_), [end] "=&r"(end_)
        : [value] "r"(value)
        : HANDLER_CLOBBERS);
}

void Interrupt::by_store(const SpiDevice& spi) {
    asm volatile(
        "mov x14, %[address]\n\tmov w13, %w[withdraw]\n\t" BEFORE_EVENT
        "str %w[raise], [%[address]]\n\t" WAIT_FOR_HANDLER HANDLER_RESULTS
        : [start] "=&r"(start_), [arrived] "=&r"(arrived_), [intid] "=&r"(intid_), [end] "=&r"(end_)
        : [address] "r"(spi.address), [raise] "r"(spi.raise), [withdraw] "r"(spi.withdraw)
        : HANDLER_CLOBBERS);
}

void Interrupt::by_waiting() {
    asm volatile(
        "mov x14, #0\n\t" BEFORE_EVENT WAIT_FOR_HANDLER HANDLER_RESULTS
        : [start] "=&r"(start_), [arrived] "=&r"(arrived_), [intid] "=&r"(intid_), [end] "=&r"(end_)
        :
        : HANDLER_CLOBBERS);
}

// The clock is coarser than the counter (62.5 MHz against one count per ns), but it is derived from
// it: a tick is exactly `ratio` counts. Of many pairs of adjacent reads, those where the clock has
// just ticked have the smallest distance between counter and clock. When the reads have met all
// phases, that minimum is exact, and so is the counter value of the moment when the timer expires,
// although no instruction can observe it.
ClockRelation relate_counter_to_clock() {
    uint64_t counts[2];
    uint64_t ticks[2];
    const auto read_both = [](uint64_t& tick, uint64_t& count) {
        asm volatile("isb\n\tmrs %0, cntvct_el0\n\tmrs %1, pmccntr_el0"
                     : "=&r"(tick), "=&r"(count)::"memory");
    };
    read_both(ticks[0], counts[0]);
    timer::wait_for([] { return false; }, 2000);
    read_both(ticks[1], counts[1]);
    const uint64_t span = ticks[1] - ticks[0];
    ClockRelation result = {(counts[1] - counts[0] + span / 2) / span, 0, false};

    // Distances from an arbitrary middle, so that they can be compared as unsigned numbers.
    constexpr uint64_t middle = 1ull << 62;
    const auto distance = [&](unsigned sample) {
        for (unsigned delay = 0; delay < sample % 61; ++delay) {
            asm volatile("");
        }
        read_both(ticks[0], counts[0]);
        return counts[0] - result.ratio * ticks[0] + middle;
    };
    uint64_t lowest = ~0ull;
    for (unsigned i = 0; i < 1024; ++i) {
        const uint64_t d = distance(i);
        lowest = d < lowest ? d : lowest;
    }
    // Another CPU of the emulator may run between two reads: a few pairs may be further apart.
    uint64_t phases = 0;
    unsigned inside = 0;
    for (unsigned i = 0; i < 1024; ++i) {
        const uint64_t above = distance(i) - lowest;
        if (above < result.ratio && above < 64) {
            phases |= 1ull << above;
            ++inside;
        }
    }
    result.offset = lowest - middle;
    result.valid = result.ratio > 1 && result.ratio < 64 && phases == (1ull << result.ratio) - 1 &&
                   inside > 960;
    return result;
}

void set_clock_relation(const ClockRelation& value) {
    relation = value;
}

// offset contains one counter read, as the handler's end does: the difference is the instructions
// between expiry and the handler's first one. 0 is what a CPU does that takes the interrupt itself.
uint64_t timer_ppi(uint64_t) {
    static unsigned phase;
    const uint64_t expiry = timer::now() + 200 + phase++ % 7;
    timer::arm_at(expiry);
    Interrupt irq;
    irq.by_waiting();
    timer::stop();
    if (irq.difference(timer::virtual_ppi) == interrupt_lost) {
        return interrupt_lost;
    }
    return irq.end() - (relation.ratio * expiry + relation.offset);
}

} // namespace bench
