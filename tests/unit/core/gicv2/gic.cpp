// SPDX-License-Identifier: Apache-2.0
// The machine's interrupt controller: a distributor and, for the current CPU, its banked registers
// and its interfaces. What a CPU acknowledges and ends goes through arch::gic::fake.
#include "gicv2/gic.hpp"

#include "arch/this_cpu.hpp"
#include "support.hpp"

namespace test {

using brig::arch::gic::fake;

namespace {

/// Banked registers are kept at address + (CPU + 1) * kBank.
constexpr uint64_t kBank = uint64_t{1} << 40;

bool in(uint64_t address, uint64_t start, uint64_t size) {
    return address - start < size;
}
bool is_set_clear(uint64_t address) {
    return in(address, kGicd + 0x100, 0x300);
}
bool is_sgi_pending(uint64_t address) {
    return in(address, kGicd + 0xf10, 0x20);
}
bool is_banked(uint64_t address) {
    const uint64_t offset = address - kGicd;
    return in(address, kGicc, 0x2000) || in(address, kGich, 0x1000) || is_sgi_pending(address) ||
           (in(offset, 0x80, 0x380) && offset % 0x80 < 4) || in(offset, 0x400, 0x20) ||
           in(offset, 0x800, 0x20) || in(offset, 0xc00, 8);
}

uint64_t list_registers_that(const Bus& bus, bool (*fit)(uint32_t)) {
    uint64_t found = 0;
    for (unsigned i = 0; i < fake.count; i++)
        if (fit(static_cast<uint32_t>(bus.get(banked(kGich + 0x100 + i * 4), 4))))
            found |= uint64_t{1} << i;
    return found;
}
bool is_empty(uint32_t lr) {
    return (lr >> 28 & 3) == 0 && (lr >> 31 != 0 || (lr >> 19 & 1) == 0);
}
bool has_ended(uint32_t lr) {
    return (lr >> 28 & 3) == 0 && lr >> 31 == 0 && (lr >> 19 & 1) != 0;
}

uint32_t acknowledge() {
    if (fake.to_acknowledge.empty())
        return 1023;
    const uint32_t value = fake.to_acknowledge.back();
    fake.to_acknowledge.pop_back();
    return value;
}

} // namespace

brig_arm_platform gic_platform() {
    return {kMaintenance, 2, {}, kGicd, kGicc, kGich, kGicv, 0};
}

uint64_t second_gic_frame() {
    return kGicc;
}

/// Set and clear registers have one state.
uint64_t banked(uint64_t address) {
    if (is_set_clear(address))
        address &= ~uint64_t{0x80};
    if (is_sgi_pending(address) && address < kGicd + 0xf20)
        address += 0x10;
    return is_banked(address) ? address + kBank * (brig::arch::fake_cpu->id + 1) : address;
}

Bus::Bus() {
    set(kGicd + 0xfe8, 4, 0x2b);
    set(kGicd + 4, 4, 0xfc67);
    for (uint64_t id = 0; id < kCpus; id++)
        set(kGicc + 0xfc + kBank * (id + 1), 4, 0x0202143b);
}

uint64_t Bus::read(uint64_t address, unsigned size) {
    const std::lock_guard guard{mutex_};
    unaligned += address % size != 0;
    uint64_t value = get(banked(address), size);
    if (in(address, kGicd + 0x800, 0x20))
        value =
            (0x0101010101010101u << brig::arch::fake_cpu->id) & (~uint64_t{0} >> (64 - 8 * size));
    else if (address == kGicc + 0xc)
        value = acknowledge();
    else if (address == kGich + 4)
        value = fake.count - 1;
    else if (address == kGich + 0x20)
        value = list_registers_that(*this, has_ended);
    else if (address == kGich + 0x30)
        value = list_registers_that(*this, is_empty);
    log.push_back({address, size, false, value});
    return value;
}

void Bus::write(uint64_t address, unsigned size, uint64_t value) {
    const std::lock_guard guard{mutex_};
    unaligned += address % size != 0;
    log.push_back({address, size, true, value});
    const uint64_t state = banked(address);
    const uint64_t old = get(state, size);
    if (address == kGicc + 0x10)
        fake.dropped.push_back(static_cast<uint32_t>(value));
    else if (address == kGicc + 0x1000)
        fake.deactivated.push_back(static_cast<uint32_t>(value));
    else if (address == kGicd + 0xf00)
        fake.sent.push_back({static_cast<unsigned>(value & 0xf), value >> 16});
    else if (is_set_clear(address))
        set(state, size, (address & 0x80) != 0 ? old & ~value : old | value);
    else if (is_sgi_pending(address))
        set(state, size, address < kGicd + 0xf20 ? old & ~value : old | value);
    else
        set(state, size, value);
}

} // namespace test
