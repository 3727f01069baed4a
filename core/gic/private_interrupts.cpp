// SPDX-License-Identifier: Apache-2.0
#include "gic/private_interrupts.hpp"

#include "arch/mmio.hpp"
#include "gic/irqchip.hpp"
#include "gic/registers.hpp"
#include "system.hpp"

namespace brig::private_interrupts {

namespace {

constexpr uint32_t kSgis = 0xffff;

void pass_through(MmioAccess& access, uint64_t address) {
    if (access.write)
        arch::mmio_write32(address, static_cast<uint32_t>(access.value));
    else
        access.value = arch::mmio_read32(address);
}

} // namespace

uint32_t reserved() {
    const uint32_t sgis =
        direct_interrupts() ? 0 : 1u << irqchip::kInjectSgi | 1u << irqchip::kManagementSgi;
    return sgis | 1u << sys.config->arm.maintenance_irq;
}

void claim(uint64_t base) {
    for (uint32_t kept = reserved(); kept != 0; kept &= kept - 1)
        arch::mmio_write8(base + gicd::ipriorityr + static_cast<unsigned>(__builtin_ctz(kept)), 0);
    arch::mmio_write32(base + gicd::isenabler, reserved());
}

void release(uint64_t base) {
    arch::mmio_write32(base + gicd::icenabler, 1u << sys.config->arm.maintenance_irq);
}

void reset(uint64_t base) {
    const uint32_t ppis = ~kSgis & ~(1u << sys.config->arm.maintenance_irq);
    arch::mmio_write32(base + gicd::icenabler, ppis);
    arch::mmio_write32(base + gicd::icactiver, ppis);
    arch::mmio_write32(base + gicd::isenabler, kSgis);
}

void access_set_clear(MmioAccess& access, uint64_t base, uint32_t offset) {
    if (access.write)
        access.value &= ~uint64_t{reserved()};
    pass_through(access, base + offset);
}

void access_priority(MmioAccess& access, uint64_t base, uint32_t offset) {
    uint64_t result = 0;
    for (uint32_t i = 0; i < access.size; i++) {
        const bool kept = (reserved() >> (offset - gicd::ipriorityr + i) & 1) != 0;
        if (access.write && !kept)
            arch::mmio_write8(base + offset + i, static_cast<uint8_t>(access.value >> (8 * i)));
        else if (!access.write)
            result |= uint64_t{arch::mmio_read8(base + offset + i)} << (8 * i);
    }
    access.value = result;
}

/// Two bits per interrupt, sixteen interrupts per register.
void access_config(MmioAccess& access, uint64_t base, uint32_t offset) {
    const unsigned maintenance = sys.config->arm.maintenance_irq;
    if (access.write && (offset - gicd::icfgr) / 4 == maintenance / 16) {
        const uint64_t kept = uint64_t{3} << (maintenance % 16 * 2);
        access.value = (access.value & ~kept) | (arch::mmio_read32(base + offset) & kept);
    }
    pass_through(access, base + offset);
}

} // namespace brig::private_interrupts
