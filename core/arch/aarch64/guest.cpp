// SPDX-License-Identifier: Apache-2.0
#include "arch/guest.hpp"

#include "arch/cache.hpp"
#include "arch/cpu_hints.hpp"
#include "arch/registers.hpp"
#include "arch/sysreg.hpp"
#include "cell/cell.hpp"
#include "console/console.hpp"
#include "cpu/cpu.hpp"
#include "gic/irqchip.hpp"
#include "mem/hyp_map.hpp"
#include "system.hpp"

extern "C" void brig_clear_fp_registers(void);
extern "C" const char brig_sdei_event[];

namespace brig::arch {

namespace {

// RES1 bits of SCTLR_EL1 in an Armv8.0 core; MMU, caches and checks off.
constexpr uint64_t kSctlrEl1Reset = 0x30d00800;
constexpr uint64_t kCpacrFpEnabled = 3 << 20;
constexpr uint64_t kFpexcEnable = bit(30);

/// Registers that are zero after reset, stage 1 off first.
void reset_el1() {
    SctlrEl1::write(kSctlrEl1Reset);
    isb();
    SpEl0::write(0);
    SpEl1::write(0);
    SpsrEl1::write(0);
    ElrEl1::write(0);
    Afsr0El1::write(0);
    Afsr1El1::write(0);
    AmairEl1::write(0);
    ContextidrEl1::write(0);
    CsselrEl1::write(0);
    EsrEl1::write(0);
    FarEl1::write(0);
    MairEl1::write(0);
    ParEl1::write(0);
    TcrEl1::write(0);
    TpidrroEl0::write(0);
    TpidrEl0::write(0);
    TpidrEl1::write(0);
    Ttbr0El1::write(0);
    Ttbr1El1::write(0);
    VbarEl1::write(0);
    MdscrEl1::write(0);
    CpacrEl1::write(kCpacrFpEnabled);
    CntkctlEl1::write(0);
    PmcrEl0::write(0);
    CntpCtlEl0::write(0);
    CntpCvalEl0::write(0);
    CntvCtlEl0::write(0);
    CntvCvalEl0::write(0);
}

/// Absent, and UNDEFINED, on cores whose EL1 has no AArch32, such as the Cortex-A76.
void reset_aarch32(const Cpu& cpu) {
    if (!cpu.has_aarch32_el1)
        return;
    Fpexc32El2::write(kFpexcEnable);
    Dacr32El2::write(0);
    Ifsr32El2::write(0);
}

/// A stage 2 without entries. Its VMID is no cell's, so that nothing the TLBs hold for one is used.
uint64_t empty_translation() {
    return uint64_t{kNoVmid} << 48 | sys.zero_page;
}

} // namespace

void reset_guest(Cpu& cpu, Frame& frame, uint64_t entry, uint64_t context) {
    reset_el1();
    reset_aarch32(cpu);
    brig_clear_fp_registers(); // the last owner's
    irqchip::reset(cpu);
    frame = Frame{};
    frame.x[0] = context; // as PSCI demands
    frame.x[1] = context; // as the reference does
    ElrEl2::write(entry);
    SpsrEl2::write(spsr::el1h | spsr::daif);
    enter_guest_translation(cpu);
    asm volatile("ic iallu\n\tdsb nsh\n\tisb" ::: "memory");
}

void leave_guest_translation() {
    VttbrEl2::write(empty_translation());
    isb();
}

void enter_guest_translation(const Cpu& cpu) {
    VttbrEl2::write(cpu.cell->vttbr());
    isb();
}

bool guest_translation_is_left() {
    return VttbrEl2::read() == empty_translation();
}

CallInHandler call_in_handler() {
    return {reinterpret_cast<uint64_t>(brig_sdei_event), empty_translation()};
}

void wait_for_guest_interrupt() {
    // An interrupt that is routed to EL1 need not end a WFI at EL2 (Arm ARM D1.6).
    const uint64_t hcr = HcrEl2::read();
    HcrEl2::write(hcr | hcr::imo | hcr::fmo);
    isb();
    wait_for_interrupt();
    HcrEl2::write(hcr);
    isb();
}

void flush_cell_tlb(const Cell& cell) {
    const uint64_t current = VttbrEl2::read();
    VttbrEl2::write(cell.vttbr());
    isb();
    flush_tlb_current_vmid();
    VttbrEl2::write(current);
    isb();
}

void clean_guest_memory(uint64_t physical, uint64_t size) {
    constexpr uint64_t chunk = 64 * 1024 * 1024;
    for (uint64_t done = 0; done < size; done += chunk) {
        const Range part{physical + done, size - done < chunk ? size - done : chunk};
        const GuestWindow window{sys.hyp_map, part};
        if (window.ok())
            clean_invalidate(part.start, part.size);
        else
            console::print("WARNING: Memory at 0x{:x} could not be cleaned from the caches\n",
                           part.start);
    }
}

uint64_t guest_pc() {
    return ElrEl2::read();
}

uint64_t guest_pstate() {
    return SpsrEl2::read();
}

uint64_t guest_sp() {
    const bool sp_el1 = (SpsrEl2::read() & 0xf) == spsr::el1h;
    return sp_el1 ? SpEl1::read() : SpEl0::read();
}

uint64_t fault_ipa() {
    // HPFAR_EL2 has bits 47:12 of the IPA at 43:4; the offset within the page is that of FAR_EL2.
    return field(HpfarEl2::read(), 43, 4) << 12 | field(FarEl2::read(), 11, 0);
}

void skip_bytes(uint64_t bytes) {
    ElrEl2::write(ElrEl2::read() + bytes);
}

void skip_instruction(uint64_t) {
    skip_bytes(4); // cells run AArch64
}

uint64_t counter() {
    return CntpctEl0::read();
}

uint64_t counter_frequency() {
    return CntfrqEl0::read();
}

} // namespace brig::arch
