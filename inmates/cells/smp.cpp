// SPDX-License-Identifier: Apache-2.0
// smp: starts every CPU of the cell, lets each report in order and send an SGI to each other,
// switches the secondary CPUs off and does it all again.
//
//   rounds=N  SGI exchanges per pass (100)
#include "inmate.hpp"

using namespace brig;

namespace {

constexpr unsigned passes = 2;
constexpr uint64_t patience_us = 20000000;
constexpr unsigned broadcast_sgi = 15;

uint64_t affinity[INMATE_MAX_CPUS];
unsigned cpus;
uint64_t rounds;

// Indexed by receiver and sender; SGI number = index of the sender.
volatile uint64_t received[INMATE_MAX_CPUS][INMATE_MAX_CPUS];
volatile uint64_t broadcasts[INMATE_MAX_CPUS];
uint32_t reported; // CPUs that have said hello in this pass, this one being next
uint32_t arrived;  // all barriers together
uint32_t failures;

template <typename T>
T load(const T& value) {
    return __atomic_load_n(&value, __ATOMIC_ACQUIRE);
}

void fail(const char* what, unsigned cpu) {
    __atomic_fetch_add(&failures, 1u, __ATOMIC_RELAXED);
    print("smp: CPU %u: FAILED: %s\n", cpu, what);
}

void on_sgi(void* sender) {
    const auto from = reinterpret_cast<uint64_t>(sender);
    const unsigned cpu = cpu_index();
    received[cpu][from] = received[cpu][from] + 1;
}

void on_broadcast(void*) {
    const unsigned cpu = cpu_index();
    broadcasts[cpu] = broadcasts[cpu] + 1;
}

// Waits until every CPU has called it as often as this one.
bool barrier() {
    const uint32_t mine = __atomic_add_fetch(&arrived, 1u, __ATOMIC_ACQ_REL);
    const uint32_t goal = (mine + cpus - 1) / cpus * cpus;
    return timer::wait_for([=] { return load(arrived) >= goal; }, patience_us);
}

bool all_received(unsigned cpu, uint64_t count) {
    for (unsigned from = 0; from < cpus; ++from) {
        if (from != cpu && received[cpu][from] != count) {
            return false;
        }
    }
    return true;
}

// One SGI to each other CPU per round; a second one must not meet a first that is still pending.
void exchange(unsigned cpu, unsigned pass) {
    for (uint64_t round = 1; round <= rounds; ++round) {
        for (unsigned to = 0; to < cpus; ++to) {
            if (to != cpu) {
                gic::send_sgi(affinity[to], cpu);
            }
        }
        const uint64_t count = pass * rounds + round;
        if (!timer::wait_for([=] { return all_received(cpu, count); }, patience_us)) {
            fail("an SGI did not arrive", cpu);
        }
        if (!barrier()) {
            fail("another CPU did not come to the barrier", cpu);
            return;
        }
    }
    if (cpu == 0) {
        gic::send_sgi_to_all_others(broadcast_sgi);
    }
    const uint64_t count = cpu == 0 ? 0 : pass + 1;
    if (!timer::wait_for([=] { return broadcasts[cpu] == count; }, patience_us)) {
        fail("a broadcast SGI did not arrive", cpu);
    }
    barrier();
}

unsigned current_pass;

void run(unsigned cpu) {
    irq_enable();
    if (!timer::wait_for([=] { return load(reported) == cpu; }, patience_us)) {
        fail("no turn to report", cpu);
    }
    print("smp: CPU %u (0x%lx) reports\n", cpu, own_affinity());
    __atomic_store_n(&reported, cpu + 1, __ATOMIC_RELEASE);
    // An SGI to a CPU that is not up yet is lost.
    if (!timer::wait_for([] { return load(reported) == cpus; }, patience_us)) {
        fail("not all CPUs reported", cpu);
        return;
    }
    exchange(cpu, current_pass);
}

void secondary(unsigned cpu) {
    if (gic::init_cpu()) {
        for (unsigned sgi = 0; sgi < gic::num_sgis; ++sgi) {
            gic::enable(sgi);
        }
        run(cpu);
    } else {
        fail("no interrupt controller", cpu);
    }
}

bool pass(unsigned number) {
    current_pass = number;
    __atomic_store_n(&reported, 0u, __ATOMIC_RELEASE);
    for (unsigned cpu = 1; cpu < cpus; ++cpu) {
        const int64_t result = start_cpu(affinity[cpu], cpu, secondary);
        if (result != psci::success) {
            print("smp: FAILED: CPU_ON of CPU %u (0x%lx) returned %ld\n", cpu, affinity[cpu],
                  result);
            return false;
        }
    }
    run(0);
    for (unsigned cpu = 1; cpu < cpus; ++cpu) {
        const uint64_t target = affinity[cpu];
        if (!timer::wait_for([=] { return psci::affinity_info(target) == psci::state_off; },
                             patience_us)) {
            fail("did not switch off", cpu);
            return false;
        }
    }
    print("smp: pass %u: %u CPUs reported and switched off again\n", number + 1, load(reported));
    return load(reported) == cpus;
}

} // namespace

void inmate_main() {
    rounds = cmdline_int("rounds", 100);
    for (unsigned i = 0; i < INMATE_MAX_CPUS; ++i) {
        gic::set_handler(i, on_sgi, reinterpret_cast<void*>(uint64_t{i}));
    }
    gic::set_handler(broadcast_sgi, on_broadcast);
    for (unsigned sgi = 0; sgi < gic::num_sgis; ++sgi) {
        gic::enable(sgi);
    }

    uint64_t others[INMATE_MAX_CPUS - 1];
    affinity[0] = own_affinity();
    cpus = 1 + find_other_cpus(others);
    for (unsigned i = 1; i < cpus; ++i) {
        affinity[i] = others[i - 1];
    }
    print("smp: %u CPUs in this cell\n", cpus);

    for (unsigned i = 0; i < passes; ++i) {
        if (!pass(i)) {
            return;
        }
        handle_messages();
    }
    irq_disable();
    if (load(failures) != 0) {
        print("smp: FAILED: %u failures\n", load(failures));
        return;
    }
    print("smp: %u CPUs reported, all SGIs arrived\n", cpus);
}
