// SPDX-License-Identifier: Apache-2.0
// The arch layer's functions that act on the current CPU, as fakes.
#include "arch/crash_state.hpp"
#include "arch/guest.hpp"
#include "arch/takeover.hpp"
#include "arch/this_cpu.hpp"
#include "brig/console.h"
#include "cell/cell.hpp"
#include "gic/irqchip.hpp"
#include "support.hpp"

#include <mutex>

extern "C" {
alignas(4096) volatile brig_virtual_console brig_console_page;
}

namespace test {
ArchState arch_state;
static std::mutex mutex; // several threads are CPUs in some tests
} // namespace test

namespace brig::arch {

using test::arch_state;

void reset_guest(Cpu& cpu, Frame& frame, uint64_t entry, uint64_t context) {
    const std::lock_guard guard{test::mutex};
    arch_state.resets.push_back({cpu.id, entry, context});
    irqchip::reset(cpu);
    frame = Frame{};
    frame.x[0] = frame.x[1] = context;
}

void leave_guest_translation() {}
void enter_guest_translation(const Cpu&) {}
bool guest_translation_is_left() {
    return arch_state.translation_left;
}
CallInHandler call_in_handler() {
    return {0x40001000, 0x40002000};
}
void wait_for_guest_interrupt() {}

void flush_cell_tlb(const Cell& cell) {
    arch_state.flushed.push_back(cell.id);
}

void clean_guest_memory(uint64_t physical, uint64_t size) {
    arch_state.cleaned.push_back({physical, size});
}

uint64_t guest_pc() {
    return arch_state.pc;
}
uint64_t guest_pstate() {
    return arch_state.pstate;
}
uint64_t guest_sp() {
    return arch_state.sp;
}
uint64_t fault_ipa() {
    return arch_state.fault_ipa;
}
void skip_bytes(uint64_t bytes) {
    arch_state.pc += bytes;
}
void skip_instruction(uint64_t) {
    skip_bytes(4);
}

void trace_exits(bool on) {
    arch_state.traced[fake_cpu->id] = on;
}

void describe_state(brig_crash_record& record) {
    record.elr_el2 = arch_state.pc;
    record.esr_el2 = 0x93800046;
}

uint64_t counter() {
    return __atomic_fetch_add(&arch_state.counter, arch_state.counter_step, __ATOMIC_RELAXED);
}
uint64_t counter_frequency() {
    return 1000000;
}

// Its symbol has another name, which the declaration gives.
void call_firmware(uint64_t (&registers)[18]) {
    std::array<uint64_t, 18> copy{};
    std::copy(std::begin(registers), std::end(registers), copy.begin());
    arch_state.firmware_calls.push_back(copy);
    if (arch_state.firmware)
        arch_state.firmware(registers);
    else
        registers[0] = ~uint64_t{0};
}

void release(Cpu&, const Frame&) {
    throw test::Released{};
}

} // namespace brig::arch
