// SPDX-License-Identifier: Apache-2.0
// A machine with two cells: root has CPUs 0, 1 and 3; CPU 2 is another cell's, with INTID 33.
#pragma once

#include <doctest/doctest.h>

#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "gic/irqchip.hpp"
#include "gic/v2/port.hpp"
#include "gicv2/gic.hpp"
#include "support.hpp"

namespace test {

struct Gicv2Cpus : Machine {
    Gicv2Cpus() {
        CellFile file = small_cell();
        file.cpus = {2};
        file.chips = {{32, {2, 0, 0, 0}}};
        REQUIRE(brig::control::create(file.place()));
        brig::arch::gic::fake = {};
        be(0);
    }
    brig::Cpu& be(unsigned id) {
        brig::arch::fake_cpu = &cpu(id);
        return cpu(id);
    }

    /// Registers of the current CPU
    uint64_t at(uint64_t address) { return bus.get(banked(address), 4); }
    uint64_t lr(unsigned n) { return at(kGich + 0x100 + n * 4); }
    void set_lr(unsigned n, uint32_t value) { bus.set(banked(kGich + 0x100 + n * 4), 4, value); }
    bool underflow() { return (at(kGich) & 2) != 0; }

    /// An interrupt exit of the current CPU.
    bool arrives(uint32_t acknowledged) {
        auto& fake = brig::arch::gic::fake;
        fake.to_acknowledge = {acknowledged};
        fake.dropped.clear();
        fake.deactivated.clear();
        return brig::irqchip::handle_interrupt(*brig::arch::fake_cpu, brig::irqchip::acknowledge());
    }
    static bool dropped_only(uint32_t value) {
        const auto& fake = brig::arch::gic::fake;
        return fake.dropped == std::vector{value} && fake.deactivated.empty();
    }
    static bool ended(uint32_t value) {
        const auto& fake = brig::arch::gic::fake;
        return fake.dropped == std::vector{value} && fake.deactivated == std::vector{value};
    }

    /// Accesses of the current CPU's guest to its distributor.
    uint64_t read(uint32_t offset, unsigned size) {
        brig::MmioAccess access{kGicd + offset, size, false, 0};
        CHECK(brig::irqchip::access(*brig::arch::fake_cpu, access) == brig::MmioResult::handled);
        return access.value;
    }
    void write(uint32_t offset, unsigned size, uint64_t value) {
        brig::MmioAccess access{kGicd + offset, size, true, value};
        CHECK(brig::irqchip::access(*brig::arch::fake_cpu, access) == brig::MmioResult::handled);
    }
    void send(uint32_t filter, uint32_t targets, uint32_t sgi) {
        write(0xf00, 4, filter << 24 | targets << 16 | sgi);
    }
    /// Senders of an SGI that is in no list register yet.
    uint32_t waiting(unsigned id, unsigned sgi) {
        return cpu(id).gic.sgi_sources[sgi / 4].load_relaxed() >> (sgi % 4 * 8) & 0xff;
    }
};

/// A list register with a pending SGI.
constexpr uint32_t sgi_of(uint32_t source, uint32_t intid) {
    return brig::gicv2::Port::kPending | source << 10 | intid;
}

} // namespace test
