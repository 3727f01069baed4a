// SPDX-License-Identifier: Apache-2.0
// No locks: senders set bits in the target's words, and only the target takes them out. No two list
// registers may hold the same INTID (IHI 0048, 5.3.14), so a second sender's SGI waits until the
// guest has ended the first one, which then is a maintenance event.
#include "gic/sgi.hpp"

#include <bit>

#include "arch/barrier.hpp"
#include "gic/injector.hpp"
#include "gic/irqchip.hpp"
#include "gic/port.hpp"
#include "gic/v2/sgi.hpp"
#include "system.hpp"

namespace brig::gicv2 {

namespace {

constexpr unsigned kMaxInterfaces = 8;
constexpr unsigned kNone = ~0u;

Cpu* targets[kMaxInterfaces]; // by number of the CPU interface

unsigned lowest(uint32_t bits) {
    return static_cast<unsigned>(std::countr_zero(bits));
}

/// Calls `action(number, value)` for list registers with an SGI that the guest has not ended.
template <typename Action>
void for_each_sgi(const Cpu& cpu, Action action) {
    for (unsigned i = 0; i < cpu.gic.num_list_registers; i++) {
        const uint32_t value = Port::read_list_register(i);
        if ((value & (Port::kPending | Port::kActive)) != 0 && Port::virtual_intid(value) < 16)
            action(i, value);
    }
}

/// The list register that holds an SGI, or held it last, or kNone.
unsigned find(const Cpu& cpu, unsigned sgi, uint64_t empty) {
    for (unsigned i = 0; i < cpu.gic.num_list_registers; i++)
        if ((empty >> i & 1) == 0 && Port::virtual_intid(Port::read_list_register(i)) == sgi)
            return i;
    return kNone;
}

/// Puts an SGI into a list register, of one sender. Returns that sender's bit; 0 if it must wait.
uint32_t place(Cpu& cpu, unsigned sgi, uint32_t sources) {
    const uint64_t empty = Port::empty_list_registers();
    const uint64_t all = (uint64_t{1} << cpu.gic.num_list_registers) - 1;
    const unsigned holder = empty == all ? kNone : find(cpu, sgi, empty);
    if (holder != kNone) {
        uint32_t value = Port::read_list_register(holder);
        if ((value & (Port::kPending | Port::kActive)) != 0) {
            const uint32_t same = 1u << Port::source(value) & sources;
            value |= same != 0 ? Port::kPending : 0;
            value |= sources != same ? Port::kEoi : 0;
            Port::write_list_register(holder, value);
            return same;
        }
    } else if (empty == 0) {
        Port::set_underflow_interrupt(true);
        return 0;
    }
    const unsigned source = lowest(sources);
    uint32_t value = Port::pending(sgi) | source << Port::kSourceShift;
    if ((sources & (sources - 1)) != 0)
        value |= Port::kEoi;
    Port::write_list_register(
        holder != kNone ? holder : static_cast<unsigned>(std::countr_zero(empty)), value);
    return 1u << source;
}

void send_to(Cpu& sender, Cpu& target, unsigned sgi) {
    const uint32_t flag = 1u << (sgi % 4 * 8 + sender.gic.interface);
    const uint32_t before = target.gic.sgi_sources[sgi / 4].fetch_or(flag);
    // If it was set already, the SGI is pending, and the target knows or is about to.
    if (&target == &sender)
        sgi::deliver(sender);
    else if ((before & flag) == 0)
        send_physical(irqchip::kInjectSgi, target);
}

} // namespace

void add_target(Cpu& cpu) {
    targets[cpu.gic.interface] = &cpu;
}

uint32_t interfaces_of(const Cell& cell) {
    uint32_t set = 0;
    for (size_t id : cell.cpus)
        set |= 1u << sys.cpu(id).gic.interface;
    return set;
}

void send_physical(unsigned intid, const Cpu& target) {
    arch::dsb_ishst();
    arch::mmio_write32(frames.gicd + gicd::sgir,
                       1u << (gicd::sgir_targets_shift + target.gic.interface) | intid);
}

void send(Cpu& sender, uint32_t sgir) {
    const uint32_t self = 1u << sender.gic.interface;
    uint32_t list = 0; // the fourth filter is reserved
    switch (sgir >> gicd::sgir_filter_shift & 3) {
    case gicd::sgir_filter_list:
        list = sgir >> gicd::sgir_targets_shift & 0xff;
        break;
    case gicd::sgir_filter_others:
        list = 0xff & ~self;
        break;
    case gicd::sgir_filter_self:
        list = self;
        break;
    }
    for (; list != 0; list &= list - 1) {
        Cpu* target = targets[lowest(list)];
        if (target != nullptr && target->cell == sender.cell)
            send_to(sender, *target, sgir & 0xf);
    }
}

uint32_t pending_sources(const Cpu& cpu, unsigned word) {
    uint32_t sources = cpu.gic.sgi_sources[word].load_relaxed();
    for_each_sgi(cpu, [&](unsigned, uint32_t value) {
        const unsigned sgi = Port::virtual_intid(value);
        if ((value & Port::kPending) != 0 && sgi / 4 == word)
            sources |= 1u << (sgi % 4 * 8 + Port::source(value));
    });
    return sources;
}

void set_pending(Cpu& cpu, unsigned word, uint32_t sources) {
    cpu.gic.sgi_sources[word].fetch_or(sources);
    sgi::deliver(cpu);
}

void clear_pending(Cpu& cpu, unsigned word, uint32_t sources) {
    cpu.gic.sgi_sources[word].fetch_and(~sources);
    for_each_sgi(cpu, [&](unsigned i, uint32_t value) {
        const unsigned sgi = Port::virtual_intid(value);
        if (sgi / 4 == word && (sources >> (sgi % 4 * 8 + Port::source(value)) & 1) != 0)
            Port::write_list_register(i,
                                      (value & Port::kActive) != 0 ? value & ~Port::kPending : 0);
    });
    sgi::deliver(cpu); // another sender's may have waited behind
}

uint32_t pending_sgis(const Cpu& cpu) {
    uint32_t set = 0;
    for (unsigned sgi = 0; sgi < 16; sgi++)
        if ((pending_sources(cpu, sgi / 4) >> (sgi % 4 * 8) & 0xff) != 0)
            set |= 1u << sgi;
    return set;
}

uint32_t active_sgis(const Cpu& cpu) {
    uint32_t set = 0;
    for_each_sgi(cpu, [&](unsigned, uint32_t value) {
        if ((value & Port::kActive) != 0)
            set |= 1u << Port::virtual_intid(value);
    });
    return set;
}

void deactivate(Cpu& cpu, uint32_t sgis) {
    for_each_sgi(cpu, [&](unsigned i, uint32_t value) {
        if ((sgis >> Port::virtual_intid(value) & 1) != 0)
            Port::write_list_register(i,
                                      (value & Port::kPending) != 0 ? value & ~Port::kActive : 0);
    });
    sgi::deliver(cpu);
}

} // namespace brig::gicv2

namespace brig::sgi {

using gicv2::Port;

void deliver(Cpu& cpu) {
    for (unsigned word = 0; word < 4; word++) {
        uint32_t waiting = cpu.gic.sgi_sources[word].load_acquire();
        while (waiting != 0) {
            const unsigned shift = gicv2::lowest(waiting) & ~7u;
            const uint32_t taken = gicv2::place(cpu, word * 4 + shift / 8, waiting >> shift & 0xff);
            cpu.gic.sgi_sources[word].fetch_and(~(taken << shift));
            waiting &= ~(0xffu << shift);
        }
    }
}

void accept(Cpu& cpu, uint32_t acknowledged) {
    const unsigned sgi = Port::intid(acknowledged);
    const unsigned source = acknowledged >> 10 & 7;
    gicv2::set_pending(cpu, sgi / 4, 1u << (sgi % 4 * 8 + source));
}

void refill(Cpu& cpu) {
    const uint32_t ended = arch::mmio_read32(gicv2::frames.gich + gicv2::gich::eisr0);
    for (uint32_t left = ended; left != 0; left &= left - 1)
        Port::write_list_register(gicv2::lowest(left), 0);
    injector::refill(cpu.gic);
    deliver(cpu);
}

} // namespace brig::sgi
