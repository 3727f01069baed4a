// SPDX-License-Identifier: Apache-2.0
// What the rest of core asks of an interrupt controller. One implementation is linked in, chosen by
// Kconfig: gic/v2/ or gic/v3/.
#pragma once

#include <array>

#include "cell/cell.hpp"
#include "cpu/cpu.hpp"
#include "trap/mmio.hpp"

namespace brig::irqchip {

// Physical SGIs of EL2. Linux's own use of the same numbers is virtual and does not meet them.
constexpr unsigned kInjectSgi = 0;     // virtual SGIs have been sent to the CPU
constexpr unsigned kManagementSgi = 1; // the CPU shall look at its `attention` word

/// Once, on the first CPU. Errors: invalid (version, maintenance interrupt), io (version 3:
/// affinity routing off), no_device (no such controller at the configured address).
Result<void> init();

/// On every CPU: takes over the CPU interface that Linux has programmed, so that Linux goes on with
/// the virtual one in the same state. Errors: io (Aff0 >= 16; no CPU interface number),
/// no_device (no redistributor).
Result<void> adopt(Cpu& cpu);
/// Gives it back in the state in which the guest has left its virtual interface. Errors: try_again
/// (an LPI is still in the virtual interface; nothing has changed).
Result<void> check_release(Cpu& cpu);
void release(Cpu& cpu);
/// Part of a CPU reset: PPIs off, SGIs on, the virtual interface as after power-on.
void reset(Cpu& cpu);
/// The current CPU's virtual interface, for a record.
void describe(const Cpu& cpu, brig_crash_record& record);
/// The version's own part of that.
void describe_interface(brig_crash_record& record);
/// For the current CPU, which will not run its guest any more: empties the virtual interface. What
/// was acknowledged is deactivated, so that it can arrive elsewhere.
void release_interrupts(Cpu& cpu);

/// Reads the interrupt sets of a cell's configuration. Errors: invalid (bad pin_base).
Result<InterruptSet> parse_interrupts(const CellView& config);
/// Interrupts of `cell` and of the root are routed to their owners' CPUs.
void retarget(const Cell& cell);
/// Disables and deactivates all SPIs of a cell.
void quiesce(const Cell& cell);

/// The interrupt exit: what acknowledge() has returned goes into the other two. handle_interrupt():
/// false if the CPU must look at its management requests.
uint32_t acknowledge();
uint32_t intid_of(uint32_t acknowledged);
bool handle_interrupt(Cpu& cpu, uint32_t acknowledged);
/// A write to ICC_SGI1R_EL1 by the current CPU's guest. Version 3 only.
void handle_sgi_write(Cpu& cpu, uint64_t value);
/// Makes a CPU enter EL2 through kManagementSgi.
void send_management(const Cpu& target);

/// An address at which registers are emulated.
bool contains(uint64_t address);
/// An access of the current CPU's guest to such an address.
MmioResult access(Cpu& cpu, MmioAccess& access);

constexpr size_t kMaxFrames = 4;
/// Physical addresses that no cell may reach; unused entries are empty.
std::array<Range, kMaxFrames> frames();
/// True if a range touches one of them.
bool overlaps(Range range);
/// Gives a cell what it may access directly: the virtual CPU interface, if that is memory-mapped.
Result<void> map_cpu_interface(PageTable& stage2);
/// True if a WFI of the guest would end at once.
bool has_pending(const Cpu& cpu);

} // namespace brig::irqchip
