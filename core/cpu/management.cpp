// SPDX-License-Identifier: Apache-2.0
#include "cpu/management.hpp"

#include "arch/cpu_hints.hpp"
#include "arch/guest.hpp"
#include "arch/this_cpu.hpp"
#include "console/console.hpp"
#include "gic/irqchip.hpp"
#include "system.hpp"
#include "trace/trace.hpp"

namespace brig::management {

namespace {

constinit SpinLock management_lock;

// Even an emulated CPU on a busy host answers sooner.
constexpr uint64_t kLateSeconds = 10;

void call_in(Cpu& cpu) {
    cpu.attention.store_release(1);
    irqchip::send_management(cpu);
}

/// Spins until nobody wants this CPU suspended any more. Takes and releases the CPU's lock.
void wait_while_suspended(Cpu& cpu) {
    for (;;) {
        {
            LockGuard guard{cpu.lock};
            cpu.suspended = cpu.suspend_requested.load_relaxed() != 0;
            if (!cpu.suspended)
                return;
        }
        arch::leave_guest_translation();
        while (cpu.suspend_requested.load_acquire() != 0) {
            if (cpu.release_interrupts.load_acquire() != 0) {
                irqchip::release_interrupts(cpu);
                cpu.release_interrupts.store_release(0);
            }
            arch::relax();
        }
    }
}

/// There is no way back: the CPU may come at any time. But somebody should know.
void wait_until_suspended(Cpu& cpu) {
    const uint64_t late = arch::counter() + kLateSeconds * arch::counter_frequency();
    bool told = false;
    for (;; arch::relax()) {
        {
            LockGuard guard{cpu.lock};
            if (cpu.suspended)
                return;
        }
        if (told || arch::counter() < late)
            continue;
        told = true;
        console::log<console::Level::error>("ERROR: CPU {} does not answer {}\n", cpu.id,
                                            direct_interrupts() ? "the event of SDEI"
                                                                : "the management SGI");
    }
}

/// A parked CPU: sleeps, and takes the interrupts that still arrive.
void idle(Cpu& cpu) {
    arch::leave_guest_translation();
    while (cpu.attention.load_acquire() == 0) {
        arch::wait_for_interrupt();
        irqchip::handle_interrupt(cpu, irqchip::acknowledge());
    }
}

bool whole_cell_failed(const Cell& cell) {
    for (size_t id : cell.cpus)
        if (sys.cpu(id).power != PowerState::failed)
            return false;
    return true;
}

} // namespace

Guard::Guard(Frame& frame) {
    while (!management_lock.try_lock()) {
        Cpu& cpu = arch::this_cpu();
        if (cpu.attention.load_acquire() != 0 && process_events(cpu, frame))
            return;
        arch::relax();
    }
    held_ = true;
}

Guard::~Guard() {
    if (held_)
        management_lock.unlock();
}

void suspend(const CpuSet& cpus) {
    for (size_t id : cpus) {
        Cpu& cpu = sys.cpu(id);
        if (&cpu == &arch::this_cpu())
            continue;
        {
            LockGuard guard{cpu.lock};
            cpu.suspend_requested.store_release(1);
        }
        call_in(cpu);
    }
    for (size_t id : cpus)
        if (Cpu& cpu = sys.cpu(id); &cpu != &arch::this_cpu())
            wait_until_suspended(cpu);
}

void resume(const CpuSet& cpus) {
    for (size_t id : cpus) {
        Cpu& cpu = sys.cpu(id);
        LockGuard guard{cpu.lock};
        cpu.suspend_requested.store_release(0);
    }
}

void park(Cpu& cpu) {
    {
        LockGuard guard{cpu.lock};
        cpu.power = PowerState::off;
        cpu.reset_pending = false;
    }
    cpu.release_interrupts.store_release(1);
    while (cpu.release_interrupts.load_acquire() != 0 && !cpu.stopped_for_good)
        arch::relax();
}

void start(Cpu& cpu, uint64_t entry, uint64_t context) {
    {
        LockGuard guard{cpu.lock};
        cpu.reset_entry = entry;
        cpu.reset_context = context;
        cpu.reset_pending = true;
        cpu.power = PowerState::on;
    }
    call_in(cpu);
}

Result<void> power_on(Cpu& cpu, uint64_t entry, uint64_t context) {
    {
        LockGuard guard{cpu.lock};
        if (cpu.power == PowerState::failed)
            return Error::permission;
        if (cpu.power != PowerState::off)
            return Error::busy;
        cpu.reset_entry = entry;
        cpu.reset_context = context;
        cpu.reset_pending = true;
        cpu.power = PowerState::on;
    }
    call_in(cpu);
    return {};
}

void power_off(Cpu& cpu, Frame& frame) {
    {
        LockGuard guard{cpu.lock};
        cpu.power = PowerState::off;
    }
    irqchip::release_interrupts(cpu);
    process_events(cpu, frame);
}

void fail(Cpu& cpu, Frame& frame) {
    {
        LockGuard guard{cpu.lock};
        cpu.power = PowerState::failed;
    }
    if (whole_cell_failed(*cpu.cell))
        cpu.cell->set_state(BRIG_CELL_FAILED);
    irqchip::release_interrupts(cpu);
    process_events(cpu, frame);
}

bool process_events(Cpu& cpu, Frame& frame) {
    for (;;) {
        cpu.attention.store_release(0);
        wait_while_suspended(cpu);
        if constexpr (config::exit_trace)
            trace::follow(cpu);
        bool reset = false;
        PowerState power;
        {
            LockGuard guard{cpu.lock};
            power = cpu.power;
            reset = cpu.reset_pending;
            cpu.reset_pending = false;
        }
        if (reset) {
            arch::reset_guest(cpu, frame, cpu.reset_entry, cpu.reset_context);
            return true;
        }
        if (power == PowerState::on) {
            arch::enter_guest_translation(cpu);
            return false;
        }
        idle(cpu);
    }
}

void stop_for_good(Cpu& cpu) {
    {
        LockGuard guard{cpu.lock};
        cpu.power = PowerState::failed;
        cpu.suspended = true;
        cpu.stopped_for_good = true;
    }
    for (;;)
        arch::wait_for_interrupt();
}

} // namespace brig::management
