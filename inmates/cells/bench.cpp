// SPDX-License-Identifier: Apache-2.0
// bench: how many instructions exits cost, hypervisor included.
//
// PMCCNTR_EL0, with EL2 not filtered out, counts instructions under QEMU's -icount shift=0, and
// each read counts itself: two reads in a row differ by 1, which is measured and subtracted. So a
// call or an access that does not trap costs 1; for a trapping one the figure contains all
// instructions up to its successor; for an interrupt, all from the event to the first one of the
// handler.
//
//   n=N               repetitions (1000, at most 1024)
//   event=NAME        measure this event only
//   isenabler=N       distributor register read in gicd_isenabler_read: that of INTID N (32)
//   spi-dev=TYPE      pl011, pl031 or pl061: a device of the cell that raises the SPI
//   spi-base=N        its address
//   spi-irq=N         its INTID
//   subpage=N         address of a readable 32-bit word in a sub-page region
//   raw=BOOL          print every sample (false)
#include "bench.hpp"
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr unsigned max_samples = 1024;
constexpr unsigned receiver_sgi = 3;

uint32_t samples[max_samples];
unsigned repetitions;
uint64_t overhead; // of two counter reads in a row
bool raw;
volatile uint64_t receiver_count;

void start_counter() {
    constexpr uint64_t count_el2 = 1ull << 27; // EL1 and EL0 are counted unless filtered
    constexpr uint64_t enable_reset_64bit = 1ull << 0 | 1ull << 2 | 1ull << 6;
    write_sysreg(S3_3_C14_C15_7, count_el2); // PMCCFILTR_EL0
    write_sysreg(pmcntenset_el0, 1ull << 31);
    write_sysreg(pmcr_el0, enable_reset_64bit);
    isb();
}

// One instruction between two counter reads. Everything a call may clobber is clobbered.
#define MEASURE(instruction, argument, address)                                                   \
    do {                                                                                          \
        register uint64_t x0 asm("x0") = (argument);                                              \
        const uint64_t where = (address);                                                         \
        uint64_t before, after;                                                                   \
        asm volatile("isb\n\tmrs %0, pmccntr_el0\n\t" instruction "\n\tmrs %1, pmccntr_el0"       \
                     : "=&r"(before), "=&r"(after), "+r"(x0)                                      \
                     : [where] "r"(where)                                                         \
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", \
                       "x13", "x14", "x15", "x16", "x17", "memory");                              \
        return after - before;                                                                    \
    } while (false)

// All measuring functions return the raw difference; interrupt_lost for an interrupt that did not
// come.
uint64_t empty(uint64_t) {
    MEASURE("", 0, 0);
}
uint64_t nop(uint64_t) {
    MEASURE("nop", 0, 0);
}
uint64_t call_null(uint64_t) {
    MEASURE("hvc #" INMATE_EXPAND(BRIG_HVC_IMMEDIATE), 9999, 0);
}
uint64_t call_smc(uint64_t id) {
    MEASURE("smc #0", id, 0);
}
uint64_t load_word(uint64_t address) {
    MEASURE("ldr w1, [%[where]]", 0, address);
}
uint64_t load_long(uint64_t address) {
    MEASURE("ldr x1, [%[where]]", 0, address);
}
uint64_t write_sgi1r(uint64_t value) {
    MEASURE("msr S3_0_C12_C11_5, x0", value, 0);
}

uint64_t sgi_value(uint64_t mpidr, unsigned intid) {
    return (mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 | uint64_t{intid} << 24 |
           (mpidr >> 8 & 0xff) << 16 | 1ull << (mpidr & 0xf);
}

uint64_t sgi_self(uint64_t) {
    bench::Interrupt irq;
    irq.by_register_write(sgi_value(own_affinity(), 1));
    return irq.difference(1);
}

uint64_t spi(uint64_t intid) {
    bench::Interrupt irq;
    irq.by_store(bench::spi_device());
    return irq.difference(intid);
}

// The sender's side only. Before the next one the receiver must have taken this one.
uint64_t sgi_other(uint64_t value) {
    const uint64_t next = receiver_count + 1;
    const uint64_t difference = write_sgi1r(value);
    if (!timer::wait_for([=] { return receiver_count == next; }, 5000000)) {
        return bench::interrupt_lost;
    }
    return difference;
}

void receiver(unsigned) {
    if (!gic::init_cpu()) {
        return;
    }
    gic::set_handler(receiver_sgi, [](void*) { receiver_count = receiver_count + 1; });
    gic::enable(receiver_sgi);
    irq_enable();
    receiver_count = 1;
    for (;;) {
        wfi();
    }
}

void sort(uint32_t* values, unsigned count) {
    for (unsigned gap = count / 2; gap > 0; gap /= 2) {
        for (unsigned i = gap; i < count; ++i) {
            const uint32_t value = values[i];
            unsigned j = i;
            for (; j >= gap && values[j - gap] > value; j -= gap) {
                values[j] = values[j - gap];
            }
            values[j] = value;
        }
    }
}

using Measure = uint64_t (*)(uint64_t argument);

struct Figures {
    uint64_t median;
    uint64_t minimum;
    unsigned lost;
};

Figures run(Measure measure, uint64_t argument, uint64_t subtract) {
    unsigned lost = 0;
    for (unsigned i = 0; i < repetitions; ++i) {
        uint64_t difference = measure(argument);
        if (difference == bench::interrupt_lost) {
            ++lost;
            difference = 0xffffffff + subtract;
        }
        samples[i] = static_cast<uint32_t>(difference - subtract);
    }
    if (raw) {
        for (unsigned i = 0; i < repetitions; ++i) {
            print("%u%s", samples[i], i % 16 == 15 ? "\n" : " ");
        }
    }
    sort(samples, repetitions);
    return {samples[repetitions / 2], samples[0], lost};
}

bool chosen(const char* name) {
    char only[24];
    return !cmdline_string("event", only, sizeof(only)) || equal(only, name);
}

void report(const char* name, Measure measure, uint64_t argument, uint64_t subtract) {
    if (!chosen(name)) {
        return;
    }
    const Figures figures = run(measure, argument, subtract);
    if (figures.lost != 0) {
        print("bench: %s failed: %u of %u interrupts did not arrive or were others\n", name,
              figures.lost, repetitions);
        return;
    }
    print("bench: %s median=%lu min=%lu\n", name, figures.median, figures.minimum);
}

void skip(const char* name, const char* why) {
    if (chosen(name)) {
        print("bench: %s skipped: %s\n", name, why);
    }
}

void bench_other_cpu() {
    constexpr const char* name = "sgi_other_sender";
    uint64_t others[INMATE_MAX_CPUS - 1];
    if (!chosen(name)) {
        return;
    }
    if (find_other_cpus(others) == 0) {
        skip(name, "the cell has one CPU only");
        return;
    }
    const int64_t result = start_cpu(others[0], 1, receiver);
    if (result != psci::success || !timer::wait_for([] { return receiver_count != 0; }, 5000000)) {
        print("bench: %s failed: CPU 0x%lx did not start (CPU_ON: %ld)\n", name, others[0], result);
        return;
    }
    report(name, sgi_other, sgi_value(others[0], receiver_sgi), overhead);
}

void bench_timer() {
    constexpr const char* name = "timer_ppi";
    if (!chosen(name)) {
        return;
    }
    const bench::ClockRelation before = bench::relate_counter_to_clock();
    if (!before.valid) {
        skip(name, "the cycle counter does not follow the clock; use -icount shift=0");
        return;
    }
    bench::set_clock_relation(before);
    gic::enable(timer::virtual_ppi);
    report(name, bench::timer_ppi, 0, 0);
    gic::disable(timer::virtual_ppi);
    const bench::ClockRelation after = bench::relate_counter_to_clock();
    if (!after.valid || after.offset != before.offset) {
        print("bench: %s failed: counter and clock drifted apart by %ld\n", name,
              static_cast<int64_t>(after.offset - before.offset));
    }
}

void bench_spi() {
    constexpr const char* name = "spi";
    const auto intid = static_cast<unsigned>(cmdline_int("spi-irq", 0));
    if (!chosen(name)) {
        return;
    }
    if (intid < gic::first_spi || !bench::prepare_spi_device()) {
        skip(name, "needs spi-dev=, spi-base= and spi-irq=");
        return;
    }
    gic::enable_spi(intid);
    report(name, spi, intid, overhead);
    gic::disable(intid);
}

} // namespace

void inmate_main() {
    repetitions = static_cast<unsigned>(cmdline_int("n", 1000));
    repetitions = repetitions < max_samples ? repetitions : max_samples;
    raw = cmdline_bool("raw", false);
    start_counter();
    overhead = run(empty, 0, 0).minimum;
    const Figures check = run(nop, 0, overhead);
    print("bench: %u repetitions, empty pair %lu, nop %lu (min %lu)\n", repetitions, overhead,
          check.median, check.minimum);
    if (check.median != 1 || check.minimum != 1) {
        print("bench: the cycle counter does not count instructions here, figures are cycles\n");
    }

    report("hvc_null", call_null, 0, overhead);
    report("smc_psci_version", call_smc, psci::version_id, overhead);
    report("smc_smccc_version", call_smc, 0x80000000, overhead);
    const uint64_t gicd = gic::distributor();
    report("gicd_typer_read", load_word, gicd + gic::typer, overhead);
    report("gicd_isenabler_read", load_word,
           gicd + gic::isenabler + cmdline_int("isenabler", 32) / 32 * 4, overhead);
    report("gicr_typer_read", load_long, gic::redistributor() + gic::gicr_typer, overhead);
    const uint64_t subpage = cmdline_int("subpage", 0);
    if (subpage != 0) {
        report("subpage_read", load_word, subpage, overhead);
    } else {
        skip("subpage_read", "needs subpage=");
    }

    gic::enable(1);
    bench::use_vectors(true);
    report("sgi_self", sgi_self, 0, overhead);
    bench_timer();
    bench_spi();
    bench::use_vectors(false);
    bench_other_cpu();
    print("bench: done\n");
}
