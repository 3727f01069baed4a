// SPDX-License-Identifier: Apache-2.0
// SMC exits: emulated calls, the board's policy for the rest. Nothing here is fatal for the caller.
#include "arch/guest.hpp"
#include "board.hpp"
#include "learn/learn.hpp"
#include "smc/forward.hpp"
#include "smc/policy.hpp"
#include "smc/psci.hpp"
#include "smc/refused.hpp"
#include "smc/smccc.hpp"
#include "system.hpp"
#include "trap/exits.hpp"

namespace brig::smc {

namespace {

/// What neither PSCI nor SMCCC emulation knows.
void by_policy(const Cpu& cpu, Frame& frame) {
    const auto& policy = bsp::board.smc_policy;
    const auto function = static_cast<uint32_t>(frame.x[0]);
    if (decide_smc(policy, function, cpu.cell->is_root()) == SmcAction::forward)
        return forward(frame);
    if constexpr (config::learn)
        if (!is_listed(policy, function) && learn::handle_call(cpu, frame))
            return;
    refused::note(*cpu.cell, frame.x[0]);
    frame.x[0] = static_cast<uint64_t>(smccc::kNotSupported);
}

void count(Cpu& cpu, unsigned owner) {
    if (owner == smccc::kOwnerStandard)
        cpu.count(BRIG_STAT_PSCI);
    else if (owner == smccc::kOwnerArm || owner == smccc::kOwnerSip)
        cpu.count(BRIG_STAT_SMCCC);
}

} // namespace

void forward(Frame& frame) {
    uint64_t registers[18];
    for (unsigned i = 0; i < 18; i++)
        registers[i] = frame.x[i];
    arch::call_firmware(registers);
    for (unsigned i = 0; i < 18; i++)
        frame.x[i] = registers[i];
}

/// The constants that guests ask for most.
Verdict fast(Cpu& cpu, Frame& frame) {
    const uint64_t function = frame.x[0];
    if (function == psci::kVersion) {
        cpu.count(BRIG_STAT_PSCI);
        frame.x[0] = psci::kVersion1_1;
    } else if (static_cast<uint32_t>(function) == smccc::kVersion) {
        cpu.count(BRIG_STAT_SMCCC);
        frame.x[0] = smccc::kVersion1_1;
    } else {
        return Verdict::again;
    }
    arch::skip_bytes(kLength);
    return Verdict::done;
}

Verdict slow(Cpu& cpu, Frame& frame) {
    const unsigned owner = smccc::owner(frame.x[0]);
    count(cpu, owner);
    arch::skip_bytes(kLength); // first: CPU_OFF returns with another PC
    const bool done = owner == smccc::kOwnerStandard ? psci::handle(cpu, frame)
                      : owner == smccc::kOwnerArm    ? smccc::handle(cpu, frame)
                                                     : false;
    if (!done)
        by_policy(cpu, frame);
    return Verdict::done;
}

} // namespace brig::smc
