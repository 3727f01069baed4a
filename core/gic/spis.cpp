// SPDX-License-Identifier: Apache-2.0
#include "gic/spis.hpp"

#include "arch/mmio.hpp"
#include "gic/registers.hpp"

namespace brig {

namespace {

/// Two configuration bits per interrupt: bit n of 16 becomes bits 2n and 2n+1.
uint32_t spread(uint32_t bits) {
    bits = (bits | bits << 8) & 0x00ff00ff;
    bits = (bits | bits << 4) & 0x0f0f0f0f;
    bits = (bits | bits << 2) & 0x33333333;
    bits = (bits | bits << 1) & 0x55555555;
    return bits | bits << 1;
}

} // namespace

MmioResult SpiRegisters::access_set_clear(const Cell& cell, MmioAccess& access, uint32_t offset) {
    const uint32_t word = offset % 0x80 / 4;
    if (access.size != 4 || offset % 4 != 0 || word == 0)
        return read_as_zero(access);
    const uint32_t owned = cell.interrupts.word(word);
    if (access.write)
        arch::mmio_write32(base_ + offset, static_cast<uint32_t>(access.value) & owned);
    else
        access.value = arch::mmio_read32(base_ + offset) & owned;
    return MmioResult::handled;
}

MmioResult SpiRegisters::access_others(const Cell& cell, MmioAccess& access, uint32_t offset) {
    if (offset >= gicd::ipriorityr && offset < gicd::ipriorityr_end)
        return access_priority(cell, access, offset);
    if (offset >= gicd::icfgr && offset < gicd::icfgr_end)
        return access_config(cell, access, offset);
    // The interrupts of a cell are and stay in the group that Linux uses: those of the other would
    // be FIQs, which nobody handles.
    if (offset >= gicd::igroupr + 4 && offset < gicd::isenabler && !access.write &&
        access.size == 4 && offset % 4 == 0) {
        access.value =
            arch::mmio_read32(base_ + offset) & cell.interrupts.word((offset - gicd::igroupr) / 4);
        return MmioResult::handled;
    }
    return read_as_zero(access);
}

MmioResult SpiRegisters::read_only(MmioAccess& access, uint32_t offset) {
    if (!access.write && access.size == 4 && offset % 4 == 0)
        access.value = arch::mmio_read32(base_ + offset);
    else
        access.value = 0;
    return MmioResult::handled;
}

/// One byte per interrupt, and bytes can be accessed: no neighbour is ever touched.
MmioResult SpiRegisters::access_priority(const Cell& cell, MmioAccess& access, uint32_t offset) {
    if ((access.size != 1 && access.size != 4) || offset % access.size != 0)
        return read_as_zero(access);
    uint64_t result = 0;
    for (uint32_t i = 0; i < access.size; i++) {
        const uint32_t intid = offset - gicd::ipriorityr + i;
        if (intid < 32 || !cell.owns(intid))
            continue;
        if (access.write)
            arch::mmio_write8(base_ + offset + i, static_cast<uint8_t>(access.value >> (8 * i)));
        else
            result |= uint64_t{arch::mmio_read8(base_ + offset + i)} << (8 * i);
    }
    access.value = result;
    return MmioResult::handled;
}

MmioResult SpiRegisters::access_config(const Cell& cell, MmioAccess& access, uint32_t offset) {
    const uint32_t first = (offset - gicd::icfgr) * 4; // INTID of the register's first field
    if (access.size != 4 || offset % 4 != 0 || first < 32)
        return read_as_zero(access);
    const uint32_t owned = spread(cell.interrupts.word(first / 32) >> (first % 32) & 0xffff);
    LockGuard guard{lock_};
    const uint32_t current = arch::mmio_read32(base_ + offset);
    if (access.write)
        arch::mmio_write32(base_ + offset,
                           (current & ~owned) | (static_cast<uint32_t>(access.value) & owned));
    else
        access.value = current & owned;
    return MmioResult::handled;
}

void SpiRegisters::quiesce(unsigned intid) {
    const uint64_t word = intid / 32 * 4;
    const uint32_t flag = 1u << (intid % 32);
    arch::mmio_write32(base_ + gicd::icenabler + word, flag);
    arch::mmio_write32(base_ + gicd::icactiver + word, flag);
}

} // namespace brig
