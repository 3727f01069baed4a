// SPDX-License-Identifier: Apache-2.0
// psci: issues every PSCI and SMCCC call that a cell may try and prints `psci: ID ARGS -> RESULT`.
//
//   foreign=N  affinity of a CPU of another cell (0xff)
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr uint64_t patience_us = 10000000;

void call(uint64_t id, uint64_t arg1 = 0, uint64_t arg2 = 0, uint64_t arg3 = 0) {
    const int64_t result = smc(id, arg1, arg2, arg3);
    if (result < 0) {
        print("psci: %08lx 0x%lx -> %ld\n", id, arg1, result);
    } else {
        print("psci: %08lx 0x%lx -> 0x%lx\n", id, arg1, static_cast<uint64_t>(result));
    }
}

// SUSPEND must return although the interrupt that ends it is masked at the CPU.
void suspend(uint64_t id) {
    gic::enable(timer::virtual_ppi);
    const uint64_t start = timer::now();
    const uint64_t span = timer::from_us(20000);
    timer::arm_at(start + span);
    const int64_t result = smc(id, 0, 0x1234, 0x5678);
    const uint64_t end = timer::now();
    timer::stop();
    gic::disable(timer::virtual_ppi);
    print("psci: %08lx suspend -> %ld, %s the timer\n", id, result,
          end - start >= span ? "woken by" : "returned before");
}

volatile uint64_t seen_index;

void secondary(unsigned index) {
    seen_index = index;
}

void second_cpu() {
    uint64_t others[INMATE_MAX_CPUS - 1];
    if (find_other_cpus(others) == 0) {
        print("psci: no second CPU in this cell\n");
        return;
    }
    const uint64_t target = others[0];
    const auto is_off = [=] { return psci::affinity_info(target) == psci::state_off; };
    print("psci: second CPU 0x%lx: AFFINITY_INFO -> %ld\n", target, psci::affinity_info(target));
    for (unsigned round = 1; round <= 3; ++round) {
        seen_index = 0;
        const int64_t on = start_cpu(target, round, secondary);
        const bool ran = timer::wait_for([=] { return seen_index == round; }, patience_us);
        const bool off = timer::wait_for(is_off, patience_us);
        print("psci: second CPU round %u: CPU_ON -> %ld, %s context %u, %s\n", round, on,
              ran ? "ran with" : "did not run with", round, off ? "went off" : "did not go off");
    }
    seen_index = 0;
    const int64_t first = start_cpu(target, 1, [](unsigned) {
        while (seen_index == 0) {
            yield();
        }
    });
    const int64_t second = start_cpu(target, 1, secondary);
    print("psci: second CPU: CPU_ON -> %ld, again -> %ld, AFFINITY_INFO -> %ld\n", first, second,
          psci::affinity_info(target));
    seen_index = 1;
    print("psci: second CPU %s\n", timer::wait_for(is_off, patience_us) ? "off" : "still on");
}

} // namespace

void inmate_main() {
    const uint64_t foreign = cmdline_int("foreign", 0xff);
    const uint64_t self = own_affinity();

    call(0x84000000);
    suspend(0x84000001);
    suspend(0xc4000001);
    call(0x84000003, self, 0, 0);
    call(0xc4000003, self, 0, 0);
    call(0x84000003, foreign, 0, 0);
    call(0xc4000003, foreign, 0, 0);
    call(0xc4000003, 0xffff'ffff'ffff, 0, 0);
    call(0x84000004, self, 0);
    call(0xc4000004, self, 0);
    call(0xc4000004, self, 3);
    call(0x84000004, foreign, 0);
    call(0xc4000004, foreign, 0);

    constexpr uint32_t known[] = {0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003,
                                  0xc4000003, 0x84000004, 0xc4000004, 0x8400000a, 0x80000000};
    for (uint32_t id : known) {
        call(psci::features_id, id);
    }
    constexpr uint32_t unknown[] = {0x84000005, 0x84000008, 0x84000009, 0xc4000005, 0x80000001};
    for (uint32_t id : unknown) {
        call(psci::features_id, id);
    }

    // MIGRATE and its kin, SYSTEM_OFF, SYSTEM_RESET, MEM_PROTECT, STAT, SDEI, TRNG, wide ids.
    constexpr uint64_t refused[] = {0x84000005, 0xc4000005,  0x84000006,   0x84000007, 0xc4000007,
                                    0x84000008, 0x84000009,  0x8400000b,   0x8400000c, 0x8400000d,
                                    0x8400000e, 0x84000013,  0xc4000014,   0x8400ffff, 0xc4000020,
                                    0x84000050, 0x184000000, 0x84000000ff, 0x95c1ba5f, 0x95c1ba60,
                                    0x81000000, 0x82000000,  0xc2000000,   0x83000000, 0x85000000,
                                    0x86000000, 0xb0000000,  0xbf000000,   0,          0xffffffff};
    for (uint64_t id : refused) {
        call(id);
    }

    call(0x80000000);
    constexpr uint32_t features[] = {0x80000000, 0x80000001, 0x80000002,
                                     0x80008000, 0x80007fff, 0x80003fff};
    for (uint32_t id : features) {
        call(0x80000001, id);
    }
    if (smc(0x80000001, 0x80008000) >= 0) {
        smc(0x80008000);
        print("psci: 80008000 returned\n");
    }
    call(0x80007fff, 1);
    call(0x80000002);
    second_cpu();
    print("psci: done\n");
}
