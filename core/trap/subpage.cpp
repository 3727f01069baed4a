// SPDX-License-Identifier: Apache-2.0
#include "trap/subpage.hpp"

#include "arch/mmio.hpp"
#include "cell/memory.hpp"
#include "console/console.hpp"
#include "mem/stage2.hpp"
#include "system.hpp"

namespace brig::subpage {

namespace {

uint64_t width_flag(uint32_t size) {
    switch (size) {
    case 1:
        return BRIG_MEM_IO_8;
    case 2:
        return BRIG_MEM_IO_16;
    case 4:
        return BRIG_MEM_IO_32;
    default:
        return BRIG_MEM_IO_64;
    }
}

// Device memory takes no unaligned access, of EL2 neither: one byte at a time.
uint64_t read(uint64_t address, uint32_t size) {
    if (address % size != 0) {
        uint64_t value = 0;
        for (uint32_t i = 0; i < size; i++)
            value |= uint64_t{arch::mmio_read8(address + i)} << (8 * i);
        return value;
    }
    switch (size) {
    case 1:
        return arch::mmio_read8(address);
    case 2:
        return arch::mmio_read16(address);
    case 4:
        return arch::mmio_read32(address);
    default:
        return arch::mmio_read64(address);
    }
}

void write(uint64_t address, uint32_t size, uint64_t value) {
    if (address % size != 0) {
        for (uint32_t i = 0; i < size; i++)
            arch::mmio_write8(address + i, static_cast<uint8_t>(value >> (8 * i)));
        return;
    }
    switch (size) {
    case 1:
        return arch::mmio_write8(address, static_cast<uint8_t>(value));
    case 2:
        return arch::mmio_write16(address, static_cast<uint16_t>(value));
    case 4:
        return arch::mmio_write32(address, static_cast<uint32_t>(value));
    default:
        return arch::mmio_write64(address, value);
    }
}

/// The root cell has no access to bytes that another cell has taken.
bool given_away(Range host) {
    for (const Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        for (const auto& region : cell->config.regions())
            if (memory::is_taken(region) && host_range(region).overlaps(host))
                return true;
    return false;
}

} // namespace

bool is_allowed(uint64_t flags, uint64_t offset, uint32_t size, bool write) {
    const uint64_t needed = (write ? BRIG_MEM_WRITE : BRIG_MEM_READ) | width_flag(size);
    return (flags & needed) == needed &&
           (offset % size == 0 || (flags & BRIG_MEM_IO_UNALIGNED) != 0);
}

MmioResult access(const Cell& cell, MmioAccess& access) {
    const Range wanted{access.address, access.size};
    for (const auto& region : cell.config.regions()) {
        if (!guest_range(region).contains(wanted) || !is_subpage(region))
            continue;
        const uint64_t offset = access.address - region.virt_start;
        const uint64_t host = region.phys_start + offset;
        if (cell.is_root() && given_away({host, access.size}))
            return MmioResult::unhandled;
        if (!is_allowed(region.flags, offset, access.size, access.write)) {
            console::print("FATAL: Invalid MMIO {}, address: 0x{:x}, size: {:x}\n",
                           access.write ? "write" : "read", host, access.size);
            return MmioResult::forbidden;
        }
        if (access.write)
            write(host, access.size, access.value);
        else
            access.value = read(host, access.size);
        return MmioResult::handled;
    }
    return MmioResult::unhandled;
}

} // namespace brig::subpage
