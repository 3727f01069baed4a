// SPDX-License-Identifier: Apache-2.0
#include "gic/v3/redistributor.hpp"

#include "arch/mmio.hpp"
#include "arch/registers.hpp"
#include "cpu/cpu.hpp"
#include "gic/private_interrupts.hpp"
#include "gic/v3/registers.hpp"

namespace brig::gicv3 {

namespace {

/// Aff3..Aff0 sit in 32 consecutive bits of TYPER; in an MPIDR Aff3 is apart.
uint64_t affinity_of(uint64_t typer) {
    const uint64_t packed = typer >> gicr::typer_affinity_shift;
    return (packed & 0xffffff) | field(packed, 31, 24) << 32;
}

bool is_lpi_register(uint32_t offset) {
    switch (offset & ~7u) {
    case gicr::setlpir:
    case gicr::clrlpir:
    case gicr::propbaser:
    case gicr::pendbaser:
    case gicr::invlpir:
    case gicr::invallr:
    case gicr::syncr:
        return true;
    default:
        return false;
    }
}

bool is_set_clear(uint32_t offset) {
    return offset == gicd::isenabler || offset == gicd::icenabler || offset == gicd::ispendr ||
           offset == gicd::icpendr || offset == gicd::isactiver || offset == gicd::icactiver;
}

void pass_through(MmioAccess& access, uint64_t address) {
    if (access.size == 8) {
        if (access.write)
            arch::mmio_write64(address, access.value);
        else
            access.value = arch::mmio_read64(address);
    } else if (access.size == 4) {
        if (access.write)
            arch::mmio_write32(address, static_cast<uint32_t>(access.value));
        else
            access.value = arch::mmio_read32(address);
    } else if (access.size == 1) {
        if (access.write)
            arch::mmio_write8(address, static_cast<uint8_t>(access.value));
        else
            access.value = arch::mmio_read8(address);
    } else {
        access.value = 0;
    }
}

/// The SGI frame of a cell's own CPU.
void access_sgi_frame(MmioAccess& access, uint64_t frame, uint32_t offset) {
    const bool word = access.size == 4;
    if (is_set_clear(offset) && word)
        private_interrupts::access_set_clear(access, frame, offset);
    else if (offset >= gicd::ipriorityr && offset < gicd::ipriorityr + 32)
        private_interrupts::access_priority(access, frame, offset);
    else if (offset >= gicd::icfgr && offset < gicd::icfgr + 8 && word)
        private_interrupts::access_config(access, frame, offset);
    else
        access.value = 0;
}

} // namespace

Result<void> Redistributors::init(uint64_t base, uint64_t limit) {
    base_ = base;
    const uint32_t version = arch::mmio_read32(base + pidr2) >> 4 & 0xf;
    if (version != 3 && version != 4)
        return Error::no_device;
    shift_ = version == 4 ? 18 : 17; // GICv4 adds two frames for virtual LPIs
    for (frames_ = 0; frames_ < kMaxFrames && (frames_ + 1) << shift_ <= limit;) {
        const uint64_t typer = arch::mmio_read64(base + (frames_ << shift_) + gicr::typer);
        frames_++;
        if ((typer & gicr::typer_last) != 0)
            break;
    }
    return {};
}

Result<uint64_t> Redistributors::find(uint64_t mpidr) const {
    for (uint64_t i = 0; i < frames_; i++) {
        const uint64_t frame = base_ + (i << shift_);
        if (affinity_of(arch::mmio_read64(frame + gicr::typer)) == mpidr)
            return frame;
    }
    return Error::no_device;
}

void Redistributors::assign(Cpu& cpu) {
    cpus_[(cpu.gic.redistributor - base_) >> shift_] = &cpu;
    if (last_ == nullptr || last_->id < cpu.id)
        last_ = &cpu;
}

uint64_t Redistributors::typer(const Cell& cell, const Cpu& cpu) const {
    uint64_t value = arch::mmio_read64(cpu.gic.redistributor + gicr::typer);
    if (!cell.is_root()) // LPIs are the root cell's alone
        value &= ~(gicr::typer_plpis | gicr::typer_vlpis);
    return &cpu == last_ ? value | gicr::typer_last : value & ~gicr::typer_last;
}

MmioResult Redistributors::access(const Cell& cell, MmioAccess& access) {
    const uint64_t within = access.address - base_;
    const Cpu* cpu = cpus_[within >> shift_];
    if (cpu == nullptr)
        return MmioResult::unhandled;
    const auto offset = static_cast<uint32_t>(within & (bit(shift_) - 1));
    if (access.size > 1 && offset % access.size != 0) {
        access.value = 0;
        return MmioResult::handled;
    }
    if (offset == gicr::typer || offset == gicr::typer + 4) {
        const uint64_t value = typer(cell, *cpu);
        access.value = offset == gicr::typer ? value : value >> 32;
        return MmioResult::handled;
    }
    const bool identification =
        offset == gicr::iidr || (offset >= gicr::id_registers && offset < gicr::sgi_frame);
    if (identification && !access.write)
        pass_through(access, cpu->gic.redistributor + offset);
    else if (!identification && cell.cpus.test(cpu->id))
        return access_own(cell, *cpu, access, offset);
    else
        access.value = 0;
    return MmioResult::handled;
}

MmioResult Redistributors::access_own(const Cell& cell, const Cpu& cpu, MmioAccess& access,
                                      uint32_t offset) {
    const uint64_t address = cpu.gic.redistributor + offset;
    const bool word = access.size == 4;
    if (offset >= gicr::sgi_frame) {
        access_sgi_frame(access, cpu.gic.redistributor + gicr::sgi_frame, offset - gicr::sgi_frame);
    } else if ((offset == gicr::statusr || offset == gicr::waker) && word && !access.write) {
        // Writing is ours: a redistributor asleep would keep EL2 from reaching its CPU.
        pass_through(access, address);
    } else if (offset == gicr::ctlr && word && (cell.is_root() || !access.write)) {
        // Only the root cell may switch LPIs on: their tables are wherever it has put them.
        pass_through(access, address);
        if (!cell.is_root())
            access.value &= ~uint64_t{gicr::ctlr_enable_lpis};
    } else if (config::root_lpis && cell.is_root() && is_lpi_register(offset)) {
        pass_through(access, address);
    } else {
        access.value = 0;
    }
    return MmioResult::handled;
}

} // namespace brig::gicv3
