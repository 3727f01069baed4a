// SPDX-License-Identifier: Apache-2.0
// Measuring interrupts: bench_irq.cpp and bench_vectors.S.
#pragma once

#include <stdint.h>

namespace bench {

constexpr uint64_t interrupt_lost = ~0ull;

// Switches this CPU to the measuring vectors and back.
void use_vectors(bool measuring);

// A device register whose store raises an interrupt.
struct SpiDevice {
    uint64_t address;
    uint32_t raise;
    uint32_t withdraw;
};

// From spi-dev= and spi-base=. False when they are absent or unknown, or the device does not react.
bool prepare_spi_device();
const SpiDevice& spi_device();

// One interrupt: counter just before the event and at the first instruction of the handler.
class Interrupt {
public:
    // The event is the write of value to ICC_SGI1R_EL1.
    void by_register_write(uint64_t value);
    // The event is the store that raises the device's interrupt.
    void by_store(const SpiDevice& device);
    // The event is the expiry of the timer, which is armed; only the end is known.
    void by_waiting();

    uint64_t end() const { return end_; }
    // End minus start, or interrupt_lost when none or another one came.
    uint64_t difference(uint64_t intid) const {
        return arrived_ && intid_ == intid ? end_ - start_ : interrupt_lost;
    }

private:
    uint64_t start_ = 0;
    uint64_t end_ = 0;
    uint64_t intid_ = 0;
    bool arrived_ = false;
};

// Counter value = offset + ratio * CNTVCT_EL0 for a counter read that follows, with no instruction
// between, the read of a clock that has just ticked.
struct ClockRelation {
    uint64_t ratio;
    uint64_t offset;
    bool valid;
};
ClockRelation relate_counter_to_clock();
void set_clock_relation(const ClockRelation& relation);

// Instructions from the expiry of the virtual timer to the first one of the handler; nothing is
// left to subtract.
uint64_t timer_ppi(uint64_t);

} // namespace bench
