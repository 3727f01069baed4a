// SPDX-License-Identifier: Apache-2.0
// The machine's interrupt controller: a distributor and a redistributor per CPU.
#include "support.hpp"

namespace test {

brig_arm_platform gic_platform() {
    return {kMaintenance, 3, {}, kGicd, 0, 0, 0, kGicr};
}

uint64_t second_gic_frame() {
    return kGicr + 0x20000;
}

namespace {

constexpr uint64_t kFrame = 0x20000;

/// Offset within GICD, or within the SGI frame of a redistributor, whose set/clear registers look
/// alike.
bool set_clear_offset(uint64_t address, uint64_t& offset) {
    if (address >= kGicd && address < kGicd + 0x10000)
        offset = address - kGicd;
    else if (address >= kGicr && address < kGicr + kCpus * kFrame &&
             (address - kGicr) % kFrame >= 0x10000)
        offset = (address - kGicr) % kFrame - 0x10000;
    else
        return false;
    return offset >= 0x100 && offset < 0x400;
}

} // namespace

Bus::Bus() {
    set(kGicd + 0xffe8, 4, 0x30);
    set(kGicd, 4, 0x10);
    set(kGicd + 4, 4, 0x780407);
    for (uint64_t id = 0; id < kCpus; id++) {
        const uint64_t frame = kGicr + id * kFrame;
        set(frame + 0xffe8, 4, 0x30);
        set(frame + 8, 8, id << 32 | id << 8 | (id == kCpus - 1 ? 0x10 : 0) | 1);
    }
}

uint64_t Bus::read(uint64_t address, unsigned size) {
    const std::lock_guard guard{mutex_};
    unaligned += address % size != 0;
    uint64_t offset = 0;
    const bool clear = set_clear_offset(address, offset) && (offset & 0x80) != 0;
    const uint64_t value = get(clear ? address - 0x80 : address, size);
    log.push_back({address, size, false, value});
    return value;
}

void Bus::write(uint64_t address, unsigned size, uint64_t value) {
    const std::lock_guard guard{mutex_};
    unaligned += address % size != 0;
    log.push_back({address, size, true, value});
    uint64_t offset = 0;
    if (!set_clear_offset(address, offset))
        return set(address, size, value);
    const uint64_t state = (offset & 0x80) != 0 ? address - 0x80 : address;
    const uint64_t old = get(state, size);
    set(state, size, (offset & 0x80) != 0 ? old & ~value : old | value);
}

} // namespace test
