// SPDX-License-Identifier: Apache-2.0
#include "gic/v2/distributor.hpp"

#include "arch/mmio.hpp"
#include "console/console.hpp"
#include "gic/private_interrupts.hpp"
#include "gic/v2/sgi.hpp"
#include "system.hpp"

namespace brig::gicv2 {

namespace {

constexpr uint32_t kSgis = 0xffff;

/// Registers with a byte per interrupt take bytes and words.
bool is_byte_access(const MmioAccess& access, uint32_t offset) {
    return (access.size == 1 || access.size == 4) && offset % access.size == 0;
}

uint8_t byte_of(const MmioAccess& access, uint32_t i) {
    return static_cast<uint8_t>(access.value >> (8 * i));
}

} // namespace

MmioResult Distributor::access(Cpu& cpu, MmioAccess& access) {
    const auto offset = static_cast<uint32_t>(access.address - base());
    if (offset == gicd::sgir) {
        if (access.write && access.size == 4)
            send(cpu, static_cast<uint32_t>(access.value));
        return access.write ? MmioResult::handled : read_as_zero(access);
    }
    if (offset >= gicd::isenabler && offset < gicd::ipriorityr)
        return offset % 0x80 < 4 ? access_private_bits(cpu, access, offset)
                                 : spis_.access_set_clear(*cpu.cell, access, offset);
    if (offset <= gicd::iidr || offset >= gicd::id_registers)
        return spis_.read_only(access, offset);
    if (offset >= gicd::itargetsr && offset < gicd::itargetsr_end)
        return access_targets(*cpu.cell, access, offset);
    if (offset >= gicd::cpendsgir && offset < gicd::spendsgir_end)
        return access_sgi_sources(cpu, access, offset);
    return access_private(cpu, access, offset);
}

/// Priority and configuration of SGIs and PPIs; SPIs are others' business.
MmioResult Distributor::access_private(Cpu& cpu, MmioAccess& access, uint32_t offset) {
    if (offset >= gicd::ipriorityr && offset < gicd::ipriorityr + 32) {
        if (!is_byte_access(access, offset))
            return read_as_zero(access);
        private_interrupts::access_priority(access, base(), offset);
        return MmioResult::handled;
    }
    if (offset >= gicd::icfgr && offset < gicd::icfgr + 8) {
        if (access.size != 4 || offset % 4 != 0)
            return read_as_zero(access);
        private_interrupts::access_config(access, base(), offset);
        return MmioResult::handled;
    }
    return spis_.access_others(*cpu.cell, access, offset);
}

/// ISENABLER0 to ICACTIVER0. Whether an SGI is pending or active the hardware does not know; it is
/// set pending by other registers.
MmioResult Distributor::access_private_bits(Cpu& cpu, MmioAccess& access, uint32_t offset) {
    if (access.size != 4 || offset % 4 != 0)
        return read_as_zero(access);
    const bool is_pending = offset == gicd::ispendr || offset == gicd::icpendr;
    const bool is_active = offset == gicd::isactiver || offset == gicd::icactiver;
    if (access.write && offset == gicd::icactiver)
        deactivate(cpu, static_cast<uint32_t>(access.value) & kSgis);
    if (access.write && (is_pending || is_active))
        access.value &= ~kSgis;
    private_interrupts::access_set_clear(access, base(), offset);
    if (!access.write && (is_pending || is_active))
        access.value =
            (access.value & ~kSgis) | (is_pending ? pending_sgis(cpu) : active_sgis(cpu));
    return MmioResult::handled;
}

/// Those of SGIs and PPIs are read only and tell a CPU its number.
MmioResult Distributor::access_targets(const Cell& cell, MmioAccess& access, uint32_t offset) {
    if (!is_byte_access(access, offset))
        return read_as_zero(access);
    const uint32_t allowed = interfaces_of(cell);
    const uint32_t first = offset - gicd::itargetsr;
    for (uint32_t i = 0; access.write && i < access.size; i++) {
        if (first + i < 32 || !cell.owns(first + i) || (byte_of(access, i) & ~allowed) == 0)
            continue;
        console::print("Attempt to route IRQ{} outside of cell\n", first + i);
        return MmioResult::forbidden;
    }
    uint64_t result = 0;
    for (uint32_t i = 0; i < access.size; i++) {
        const uint64_t address = base() + offset + i;
        const bool is_private = first + i < 32;
        if (!access.write && (is_private || cell.owns(first + i)))
            result |= uint64_t{arch::mmio_read8(address)} << (8 * i);
        else if (access.write && !is_private && cell.owns(first + i))
            arch::mmio_write8(address, byte_of(access, i));
    }
    access.value = result;
    return MmioResult::handled;
}

/// CPENDSGIR and SPENDSGIR: a byte per SGI, in it a bit per sender.
MmioResult Distributor::access_sgi_sources(Cpu& cpu, MmioAccess& access, uint32_t offset) {
    if (!is_byte_access(access, offset))
        return read_as_zero(access);
    const bool set = offset >= gicd::spendsgir;
    const uint32_t sgi = offset - (set ? gicd::spendsgir : gicd::cpendsgir);
    const uint32_t shift = sgi % 4 * 8;
    const uint32_t width = access.size == 1 ? 0xff : ~0u;
    if (!access.write) {
        access.value = pending_sources(cpu, sgi / 4) >> shift & width;
        return MmioResult::handled;
    }
    const uint32_t sources = (static_cast<uint32_t>(access.value) & width) << shift;
    const uint32_t existing = interfaces_of(*cpu.cell) * 0x01010101u;
    if (set)
        set_pending(cpu, sgi / 4, sources & existing);
    else
        clear_pending(cpu, sgi / 4, sources);
    return MmioResult::handled;
}

void Distributor::adopt(const Cell& cell, unsigned intid) {
    const uint64_t address = base() + gicd::itargetsr + intid;
    const uint32_t own = interfaces_of(cell);
    const uint32_t targets = arch::mmio_read8(address);
    if (own == 0 || (targets != 0 && (targets & ~own) == 0))
        return;
    const uint32_t left = targets & own;
    arch::mmio_write8(
        address,
        static_cast<uint8_t>(left != 0 ? left : 1u << sys.cpu(cell.cpus.next()).gic.interface));
}

} // namespace brig::gicv2
