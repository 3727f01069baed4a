// SPDX-License-Identifier: Apache-2.0
#include "sdei/sdei.hpp"

#include "arch/barrier.hpp"
#include "arch/cpu_hints.hpp"
#include "arch/guest.hpp"
#include "console/console.hpp"
#include "smc/smccc.hpp"
#include "system.hpp"

namespace brig::sdei {

namespace {

// Function ids (DEN 0054, 5.1).
enum Function : uint64_t {
    version = 0xc4000020,
    event_register = 0xc4000021,
    event_enable = 0xc4000022,
    event_unregister = 0xc4000027,
    pe_mask = 0xc400002b,
    pe_unmask = 0xc400002c,
    event_signal = 0xc400002f,
};

constexpr int64_t kVersion1_0 = int64_t{1} << 48;
constexpr uint64_t kEvent = 0; // the one that software may signal (DEN 0054, 4.2)

int64_t call(Function function, uint64_t x1 = 0, uint64_t x2 = 0, uint64_t x3 = 0) {
    uint64_t registers[18] = {function, x1, x2, x3};
    arch::call_firmware(registers);
    return static_cast<int64_t>(registers[0]);
}

/// Firmware without SMCCC 1.1 need not survive the question.
bool offered() {
    return smccc::has_1_1() && call(version) >= kVersion1_0;
}

/// Firmware that answers all calls but never delivers would leave every later request unheard.
bool arrives(const Cpu& cpu) {
    if (call(event_signal, kEvent, cpu.mpidr) < 0)
        return false;
    const uint64_t limit = arch::counter() + arch::counter_frequency() / 10;
    while (!arch::guest_translation_is_left()) {
        if (arch::counter() > limit)
            return false;
        arch::relax();
    }
    return true;
}

bool establish(Cpu& cpu) {
    const auto [handler, argument] = arch::call_in_handler();
    if (!offered() || call(event_register, kEvent, handler, argument) < 0)
        return false;
    cpu.has_event = true;
    const bool accepted = call(event_enable, kEvent) >= 0 && call(pe_unmask) >= 0;
    if (accepted && (config::sdei_untried || arrives(cpu)))
        return true;
    leave(cpu);
    return false;
}

} // namespace

Result<void> enter(Cpu& cpu) {
    if (cpu.primary) {
        sys.direct_interrupts = establish(cpu);
        if (sys.direct_interrupts)
            console::print("Using SDEI-based management interrupt\n");
        else
            console::log<console::Level::warning>(
                "WARNING: no SDEI event from this firmware: interrupts go through EL2\n");
        return {};
    }
    return !sys.direct_interrupts || establish(cpu) ? Result<void>{} : Error::io;
}

void leave(Cpu& cpu) {
    if (!cpu.has_event)
        return;
    call(pe_mask);
    call(event_unregister, kEvent);
    cpu.has_event = false;
}

void signal(const Cpu& target) {
    arch::dsb_ishst(); // what the target shall see is written before it is called
    if (call(event_signal, kEvent, target.mpidr) < 0)
        console::log<console::Level::error>("ERROR: firmware does not signal CPU {}\n", target.id);
}

} // namespace brig::sdei
