// SPDX-License-Identifier: Apache-2.0
// hypercalls: issues every hypercall as a cell that is not the root and prints
// `hypercalls: CODE ARG1 ARG2 -> RESULT`; then checks which registers a call changes.
#include "inmate.hpp"

using namespace brig;

namespace {

void call(uint64_t code, uint64_t arg1 = 0, uint64_t arg2 = 0) {
    print("hypercalls: %ld %lu %lu -> %ld\n", code, arg1, arg2, hypercall(code, arg1, arg2));
}

extern "C" uint64_t check_registers_hvc(uint64_t code);
extern "C" uint64_t check_registers_smc(uint64_t id);

void registers(const char* what, uint64_t changed) {
    print("hypercalls: registers changed by %s: 0x%08lx\n", what, changed);
}

} // namespace

void inmate_main() {
    constexpr const char* names[] = {"DISABLE",        "CELL_CREATE",  "CELL_START",
                                     "SET_LOADABLE",   "CELL_DESTROY", "GET_INFO",
                                     "CELL_GET_STATE", "CPU_GET_INFO", "PUTC"};
    print("hypercalls: %u codes, %s to %s\n", static_cast<unsigned>(sizeof(names) / sizeof(*names)),
          names[0], names[BRIG_HC_CONSOLE_PUTC]);
    call(BRIG_HC_DISABLE);
    call(BRIG_HC_CELL_CREATE, 0x1000);
    for (uint64_t id = 0; id < 4; ++id) {
        call(BRIG_HC_CELL_START, id);
        call(BRIG_HC_CELL_SET_LOADABLE, id);
        call(BRIG_HC_CELL_DESTROY, id);
        call(BRIG_HC_CELL_GET_STATE, id);
    }
    for (uint64_t type = 0; type <= 5; ++type) {
        call(BRIG_HC_GET_INFO, type);
    }
    call(BRIG_HC_GET_INFO, ~0ull);
    for (uint64_t cpu = 0; cpu < INMATE_MAX_CPUS; ++cpu) {
        call(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STATE);
        call(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STAT_BASE);
    }
    call(BRIG_HC_CPU_GET_INFO, ~0ull, BRIG_CPU_INFO_STATE);
    for (uint64_t cpu = 0; cpu < INMATE_MAX_CPUS; ++cpu) {
        if (hypercall(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STATE) != BRIG_CPU_RUNNING) {
            continue;
        }
        constexpr uint64_t invalid[] = {1, 2, 999};
        for (uint64_t type : invalid) {
            call(BRIG_HC_CPU_GET_INFO, cpu, type);
        }
        for (uint64_t n = 0; n <= BRIG_NUM_STATS; ++n) {
            call(BRIG_HC_CPU_GET_INFO, cpu, BRIG_CPU_INFO_STAT_BASE + n);
        }
        break;
    }
    call(BRIG_HC_CONSOLE_PUTC, '!');
    call(BRIG_HC_CONSOLE_PUTC, 0x4100 + '\n');
    call(BRIG_NUM_STATS);
    call(9999);
    call(~0ull);
    call(0x1'0000'0005); // compared with all 64 bits
    registers("a hypercall", check_registers_hvc(9999));
    registers("an SMC", check_registers_smc(psci::version_id));
    print("hypercalls: done\n");
}
