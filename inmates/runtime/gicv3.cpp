// SPDX-License-Identifier: Apache-2.0
#include "gicv3.hpp"

#include "comm.hpp"
#include "gic.hpp"
#include "layout.h"
#include "print.hpp"
#include "timer.hpp"

namespace brig {
namespace gicv3 {
namespace {

constexpr uint32_t waker_sleep = 1u << 1;
constexpr uint32_t waker_children_asleep = 1u << 2;

// A redistributor that sleeps, as after a hardware reset; in a cell it is awake already.
bool wake(uint64_t frame) {
    const uint64_t waker = frame + gic::gicr_waker;
    if ((read32(waker) & waker_children_asleep) == 0) {
        return true;
    }
    write32(waker, read32(waker) & ~waker_sleep);
    return timer::wait_for([=] { return (read32(waker) & waker_children_asleep) == 0; }, 100000);
}

uint64_t frames[INMATE_MAX_CPUS];

} // namespace

uint64_t redistributor() {
    return frames[cpu_index()];
}

bool init_cpu() {
    gic::FrameWalk walk;
    while (walk.valid() && walk.affinity() != own_affinity()) {
        walk.next();
    }
    if (!walk.valid()) {
        print("inmate: GIC: no redistributor for CPU 0x%lx from 0x%lx on\n", own_affinity(),
              comm_read64(gicr_base));
        return false;
    }
    const uint64_t frame = frames[cpu_index()] = walk.address();
    if (!wake(frame)) {
        print("inmate: GIC: the redistributor at 0x%lx does not wake up\n", frame);
        return false;
    }
    // A cell's hypervisor has done this already and ignores the writes; bare hardware needs them.
    write32(frame + gic::sgi_frame + gic::igroupr, ~0u);
    if (cpu_index() == 0) {
        write32(gic::distributor() + gic::ctlr, 1u << 4 | 1u << 1);
    }
    write_sysreg(INMATE_ICC_SRE, read_sysreg(INMATE_ICC_SRE) | 1);
    isb();
    write_sysreg(INMATE_ICC_CTLR, 0u);
    write_sysreg(INMATE_ICC_PMR, 0xf0u);
    write_sysreg(INMATE_ICC_BPR1, 0u);
    write_sysreg(INMATE_ICC_IGRPEN1, 1u);
    isb();
    return true;
}

void send_sgi(uint64_t affinity, unsigned intid) {
    const uint64_t aff0 = affinity & 0xff;
    dsb();
    write_sysreg(INMATE_ICC_SGI1R, (affinity >> 32 & 0xff) << 48 | (affinity >> 16 & 0xff) << 32 |
                                       uint64_t{intid} << 24 | (affinity >> 8 & 0xff) << 16 |
                                       aff0 / 16 << 44 | 1ull << aff0 % 16);
    isb();
}

void send_sgi_to_all_others(unsigned intid) {
    dsb();
    write_sysreg(INMATE_ICC_SGI1R, uint64_t{intid} << 24 | 1ull << 40);
    isb();
}

void route(unsigned intid) {
    const uint64_t group = gic::distributor() + gic::igroupr + intid / 32 * 4;
    write32(group, read32(group) | 1u << intid % 32);
    write64(gic::distributor() + gic::irouter + intid * 8, own_affinity());
}

} // namespace gicv3

namespace gic {

FrameWalk::FrameWalk() : frame_(comm_read64(gicr_base)) {}

uint64_t FrameWalk::affinity() const {
    const uint64_t value = read64(frame_ + gicr_typer) >> 32;
    return (value & 0xff000000) << 8 | (value & 0xffffff);
}

bool FrameWalk::last() const {
    return (read64(frame_ + gicr_typer) & 1u << 4) != 0;
}

void FrameWalk::next() {
    frame_ = last() ? 0 : frame_ + frame_stride;
}

} // namespace gic
} // namespace brig
