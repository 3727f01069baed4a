// SPDX-License-Identifier: Apache-2.0
// timer: a periodic timer that measures how late its interrupt arrives.
//
//   period-us=N  time between two ticks (100000)
//   ticks=N      stop after N ticks, 0 = never (0)
//   histogram=N  print the histogram every N ticks, 0 = only at the end (10)
//   lines=BOOL   print one line per tick (true)
#include "histogram.hpp"
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr unsigned ring_size = 64;

Histogram histogram;
uint64_t period;
uint64_t next_tick;
uint64_t wanted;
uint64_t missed;          // periods that passed before the handler ran
uint64_t ring[ring_size]; // latencies in ns, tick n at n % ring_size
volatile uint64_t ticks;  // that have happened

// Sleeps until there is a tick that has not been shown. Interrupts are masked between the look and
// the WFI, which a pending interrupt ends nevertheless.
uint64_t wait_for_tick(uint64_t shown) {
    irq_disable();
    if (ticks == shown) {
        wfi();
    }
    irq_enable();
    isb();
    return ticks;
}

void on_tick(void*) {
    const uint64_t late = timer::now() - next_tick;
    const uint64_t ns = timer::to_ns(late);
    histogram.add(ns);
    ring[ticks % ring_size] = ns;
    ticks = ticks + 1;
    missed += late / period;
    next_tick += (late / period + 1) * period;
    if (ticks == wanted) {
        timer::stop();
    } else {
        timer::arm_at(next_tick);
    }
}

void print_ticks(uint64_t from, uint64_t to) {
    if (to - from > ring_size) {
        print("timer: %lu lines left out\n", to - from - ring_size);
        from = to - ring_size;
    }
    for (; from < to; ++from) {
        print("timer: tick %lu, latency %lu ns\n", from + 1, ring[from % ring_size]);
    }
}

// The handler must not change the figures while they are printed: they are copied first.
void print_histogram() {
    irq_disable();
    const Histogram copy = histogram;
    const uint64_t lost = missed;
    irq_enable();
    copy.print("timer");
    if (lost != 0) {
        print("timer: %lu ticks missed\n", lost);
    }
}

} // namespace

void inmate_main() {
    const uint64_t period_us = cmdline_int("period-us", 100000);
    const uint64_t every = cmdline_int("histogram", 10);
    const bool lines = cmdline_bool("lines", true);
    wanted = cmdline_int("ticks", 0);
    period = timer::from_us(period_us);
    if (period == 0) {
        print("timer: period-us=%lu is below one tick of the %lu Hz counter\n", period_us,
              timer::frequency());
        return;
    }
    print("timer: period %lu us, counter %lu Hz\n", period_us, timer::frequency());

    gic::set_handler(timer::virtual_ppi, on_tick);
    gic::enable(timer::virtual_ppi);
    next_tick = timer::now() + period;
    timer::arm_at(next_tick);
    irq_enable();

    uint64_t shown = 0;
    uint64_t next_histogram = every;
    while (wanted == 0 || shown < wanted) {
        const uint64_t seen = wait_for_tick(shown);
        if (lines) {
            print_ticks(shown, seen);
        }
        shown = seen;
        if (every != 0 && shown >= next_histogram) {
            print_histogram();
            next_histogram = shown - shown % every + every;
        }
        handle_messages();
    }
    if (every == 0 || wanted % every != 0) {
        print_histogram();
    }
    print("timer: done\n");
}
