// SPDX-License-Identifier: Apache-2.0
// Interrupts. What is common lives in gic.cpp, the register level in gicv2.cpp and gicv3.cpp;
// the communication region says which of them the machine has.
#pragma once

#include "arch.hpp"

namespace brig::gic {

constexpr unsigned num_sgis = 16;
constexpr unsigned first_spi = 32;
constexpr uint64_t frame_stride = 0x20000;
constexpr uint64_t sgi_frame = 0x10000; // within a redistributor

// Distributor registers, and those at the same offset in a redistributor's SGI frame.
constexpr uint64_t ctlr = 0x000, typer = 0x004, iidr = 0x008;
constexpr uint64_t igroupr = 0x080;
constexpr uint64_t isenabler = 0x100, icenabler = 0x180;
constexpr uint64_t ispendr = 0x200, icpendr = 0x280;
constexpr uint64_t isactiver = 0x300, icactiver = 0x380;
constexpr uint64_t ipriorityr = 0x400, itargetsr = 0x800, icfgr = 0xc00;
constexpr uint64_t sgir = 0xf00, cpendsgir = 0xf10, spendsgir = 0xf20, irouter = 0x6000;

// Redistributor registers.
constexpr uint64_t gicr_typer = 0x008, gicr_waker = 0x014;

using Handler = void (*)(void* argument);

// Prepares the CPU interface of the calling CPU. Errors are printed; false means no interrupts.
bool init_cpu();

// Called with interrupts masked, before the end of interrupt. One handler for all CPUs of the cell.
// False when the table is full.
bool set_handler(unsigned intid, Handler handler, void* argument = nullptr);

// SGIs and PPIs: of the calling CPU.
void enable(unsigned intid);
void disable(unsigned intid);

// Routes a shared interrupt to the calling CPU and enables it.
void enable_spi(unsigned intid);

// 2, or 3 for GICv3 and v4.
unsigned version();

void send_sgi(uint64_t affinity, unsigned intid);
void send_sgi_to_all_others(unsigned intid);

// Takes the highest pending interrupt, 1020 to 1023 if there is none. dispatch() does so by itself.
unsigned acknowledge();
// Interrupts of lower urgency (higher number) than `mask` do not arrive. 0xf0 lets all pass.
void set_priority_mask(unsigned mask);

uint64_t distributor();
// The calling CPU's redistributor; 0 when it was not found, and in version 2.
uint64_t redistributor();

// All redistributor frames of a GICv3, in the order of their addresses.
class FrameWalk {
public:
    FrameWalk();
    bool valid() const { return frame_ != 0; }
    void next();
    uint64_t address() const { return frame_; }
    uint64_t affinity() const;
    bool last() const;

private:
    uint64_t frame_;
};

// Interrupts that arrived without a handler, all CPUs together.
unsigned spurious_count();

// Called by the exception vector.
void dispatch();

} // namespace brig::gic
