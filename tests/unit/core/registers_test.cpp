// SPDX-License-Identifier: Apache-2.0
// Golden test: fields against literals from DDI 0487 and IHI 0069, ID values as measured on models.
#include "arch/registers.hpp"

#include <doctest/doctest.h>

#include "gic/v2/port.hpp"
#include "gic/v3/port.hpp"
#include "gic/v3/registers.hpp"

using namespace brig;
using namespace brig::arch;

TEST_CASE("registers: fields are where the manuals have them") {
    static_assert(hcr::vm == 0x1 && hcr::fmo == 0x8 && hcr::imo == 0x10);
    static_assert(hcr::tsc == 0x80000 && hcr::tacr == 0x200000 && hcr::rw == 0x80000000);
    static_assert(hcr::e2h == 0x400000000 && hcr::apk == 0x10000000000 &&
                  hcr::api == 0x20000000000);
    static_assert(hcr::ata == 0x100000000000000);
    static_assert(sctlr::m == 1 && sctlr::a == 2 && sctlr::c == 4 && sctlr::sa == 8);
    static_assert(sctlr::i == 0x1000 && sctlr::wxn == 0x80000 && sctlr::bt == 0x1000000000);
    static_assert(sctlr::el2_res1 == 0x30c50830);
    static_assert(spsr::el1h == 5 && spsr::daif == 0x3c0);
    static_assert(ec::hvc64 == 0x16 && ec::smc64 == 0x17 && ec::sysreg == 0x18);
    static_assert(ec::instruction_abort_lower == 0x20 && ec::data_abort_lower == 0x24);
    static_assert(esr::ec(0x5a004a48) == 0x16 && esr::iss(0x5a004a48) == 0x4a48);
    static_assert(icc::ctlr_eoimode == 2 && icc::igrpen1_enable == 1);
    static_assert(ich::hcr_en == 1 && ich::hcr_uie == 2);
    static_assert(ich::vmcr_veng1 == 2 && ich::vmcr_vcbpr == 0x10 && ich::vmcr_veoim == 0x200);
    static_assert(ich::vmcr_vbpr1_shift == 18 && ich::vmcr_vpmr_shift == 24);
    using V3 = gicv3::Port;
    static_assert(V3::kActive == 0x8000000000000000 && V3::kPending == 0x4000000000000000 &&
                  V3::kHardware == 0x2000000000000000 && V3::kGroup1 == 0x1000000000000000 &&
                  V3::kPhysicalShift == 32);
    static_assert(kMpidrAffinity == 0xff00ffffff);
}

TEST_CASE("registers: GICv3 offsets") {
    namespace gicd = brig::gicv3::gicd;
    namespace gicr = brig::gicv3::gicr;
    static_assert(gicd::igroupr == 0x80 && gicd::isenabler == 0x100 && gicd::icenabler == 0x180);
    static_assert(gicd::ispendr == 0x200 && gicd::icpendr == 0x280);
    static_assert(gicd::isactiver == 0x300 && gicd::icactiver == 0x380);
    static_assert(gicd::ipriorityr == 0x400 && gicd::icfgr == 0xc00 && gicd::irouter == 0x6000);
    static_assert(gicd::ctlr_are_ns == 0x10);
    static_assert(gicr::typer == 8 && gicr::waker == 0x14 && gicr::propbaser == 0x70 &&
                  gicr::pendbaser == 0x78 && gicr::syncr == 0xc0);
    static_assert(gicr::sgi_frame == 0x10000);
    static_assert(gicr::typer_plpis == 1 && gicr::typer_vlpis == 2 && gicr::typer_last == 0x10);
}

TEST_CASE("registers: GICv2 offsets and fields") {
    namespace gicd = brig::gicv2::gicd;
    namespace gicc = brig::gicv2::gicc;
    namespace gich = brig::gicv2::gich;
    using Port = brig::gicv2::Port;
    static_assert(gicd::itargetsr == 0x800 && gicd::sgir == 0xf00 && gicd::cpendsgir == 0xf10 &&
                  gicd::spendsgir == 0xf20 && gicd::pidr2 == 0xfe8);
    static_assert(gicc::iar == 0xc && gicc::eoir == 0x10 && gicc::apr0 == 0xd0 &&
                  gicc::iidr == 0xfc && gicc::dir == 0x1000);
    static_assert(gich::vtr == 4 && gich::vmcr == 8 && gich::eisr0 == 0x20 &&
                  gich::elrsr0 == 0x30 && gich::apr == 0xf0 && gich::lr0 == 0x100);
    static_assert(Port::kPending == 0x10000000 && Port::kActive == 0x20000000 &&
                  Port::kHardware == 0x80000000 && Port::kEoi == 0x80000 &&
                  Port::kSourceShift == 10 && Port::kPhysicalShift == 10);
}

TEST_CASE("registers: ID values as cores report them") {
    struct {
        const char* core;
        uint64_t pfr0, mmfr0;
        bool aarch32;
        unsigned bits;
    } const cores[] = {
        {"A35", 0x0000000001000222, 0x101122, true, 40},
        {"A53", 0x0000000001000222, 0x1122, true, 40},
        {"A55", 0x0000000011110222, 0x101122, true, 40},
        {"A57, A72", 0x0000000001000222, 0x1124, true, 44},
        {"A76", 0x1100000011110112, 0x101122, false, 40},
        {"A710", 0x1201001121110112, 0x0000022200101122, false, 40},
        {"N1", 0x1100000011110112, 0x101125, false, 48},
        {"V1", 0x1101000121110112, 0x101125, false, 48},
        {"N2", 0x1201001121110112, 0x0000022200101125, false, 48},
        {"A64FX", 0x0000000101110111, 0x1122, false, 40},
        {"max", 0x1301001121110222, 0x2100032310201126, true, 48}, // 52 bits need FEAT_LPA2
    };
    for (const auto& core : cores) {
        CAPTURE(core.core);
        CHECK(has_aarch32_el1(core.pfr0) == core.aarch32);
        CHECK(pa_bits(core.mmfr0) == core.bits);
    }
    const unsigned bits[] = {32, 36, 40, 42, 44, 48};
    for (unsigned i = 0; i < 6; i++) {
        CHECK(pa_bits(i) == bits[i]);
        CHECK(ps_encoding(bits[i]) == i);
    }
    CHECK(pa_bits(15) == 48);
}
