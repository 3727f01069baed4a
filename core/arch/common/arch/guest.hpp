// SPDX-License-Identifier: Apache-2.0
// The guest context of the current CPU.
#pragma once

#include <cstdint>

namespace brig {
struct Cpu;
struct Frame;
struct Cell;
} // namespace brig

namespace brig::arch {

/// Puts EL1 into reset state (abi: cells.md 3) and the CPU under its cell's stage 2.
void reset_guest(Cpu& cpu, Frame& frame, uint64_t entry, uint64_t context);

/// Points stage 2 at nothing, for a CPU that stays in EL2 while its cell's tables may go away.
void leave_guest_translation();
/// Back to the stage 2 of the CPU's cell.
void enter_guest_translation(const Cpu& cpu);

/// True until enter_guest_translation().
bool guest_translation_is_left();

/// What makes a CPU leave its guest's translation from outside (SDEI event 0): code, and its
/// argument.
struct CallInHandler {
    uint64_t entry;
    uint64_t argument;
};
CallInHandler call_in_handler();

/// Sleeps until an interrupt is pending that its guest, not EL2, would take.
void wait_for_guest_interrupt();

/// Invalidates all TLB entries of a cell on all CPUs.
void flush_cell_tlb(const Cell& cell);

/// Cleans and invalidates host memory of a cell, which is mapped at EL2 meanwhile.
void clean_guest_memory(uint64_t physical, uint64_t size);

/// Guest PC and PSTATE at the exit that is being handled.
uint64_t guest_pc();
uint64_t guest_pstate();
uint64_t guest_sp();
/// Guest physical address of the stage-2 fault that is being handled.
uint64_t fault_ipa();
/// The trapped instruction is done.
void skip_instruction(uint64_t esr);

/// Moves the guest PC on by that many bytes.
void skip_bytes(uint64_t bytes);

/// Calls the firmware: x0-x17 go in and come back (SMCCC 1.2).
void call_firmware(uint64_t (&registers)[18]) __asm__("brig_call_firmware");

/// The current CPU's exits from now on: recorded or not. Only with CONFIG_EXIT_TRACE.
void trace_exits(bool on);

/// Ticks of the physical counter, and their number per second.
uint64_t counter();
uint64_t counter_frequency();

} // namespace brig::arch
