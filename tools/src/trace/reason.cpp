// SPDX-License-Identifier: Apache-2.0
#include "trace/reason.hpp"

#include <brig/hypercall.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace brig::trace {

namespace {

// Exception classes of ESR_EL2 (Arm ARM D24.2.40).
constexpr unsigned ec_wfx = 0x01;
constexpr unsigned ec_hvc64 = 0x16;
constexpr unsigned ec_smc64 = 0x17;
constexpr unsigned ec_sysreg = 0x18;
constexpr unsigned ec_instruction_abort = 0x20;
constexpr unsigned ec_data_abort = 0x24;

unsigned class_of(const brig_exit& exit) {
    return static_cast<unsigned>(exit.reason >> 26 & 0x3f);
}

bool bit_of(const brig_exit& exit, unsigned n) {
    return (exit.reason >> n & 1) != 0;
}

template <typename Key, size_t size>
const char* name_in(const std::array<std::pair<Key, const char*>, size>& names, Key key) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    return found == names.end() ? nullptr : found->second;
}

// SGIs: EL2's own (docs/core.md). PPIs: as the Base System Architecture numbers them.
constexpr auto interrupts = std::to_array<std::pair<uint32_t, const char*>>({
    {0, "virtual SGIs"},
    {1, "management"},
    {25, "GIC maintenance"},
    {26, "EL2 timer"},
    {27, "virtual timer"},
    {30, "physical timer"},
    {1023, "spurious"},
});

constexpr auto hypercalls = std::to_array<std::pair<uint64_t, const char*>>({
    {BRIG_HC_DISABLE, "DISABLE"},
    {BRIG_HC_CELL_CREATE, "CELL_CREATE"},
    {BRIG_HC_CELL_START, "CELL_START"},
    {BRIG_HC_CELL_SET_LOADABLE, "CELL_SET_LOADABLE"},
    {BRIG_HC_CELL_DESTROY, "CELL_DESTROY"},
    {BRIG_HC_GET_INFO, "GET_INFO"},
    {BRIG_HC_CELL_GET_STATE, "CELL_GET_STATE"},
    {BRIG_HC_CPU_GET_INFO, "CPU_GET_INFO"},
    {BRIG_HC_CONSOLE_PUTC, "CONSOLE_PUTC"},
});

// SMCCC (DEN0028) and PSCI (DEN0022), as SMC32.
constexpr auto calls = std::to_array<std::pair<uint32_t, const char*>>({
    {0x80000000, "SMCCC_VERSION"},
    {0x80000001, "SMCCC_ARCH_FEATURES"},
    {0x80000002, "SMCCC_ARCH_SOC_ID"},
    {0x80007fff, "SMCCC_ARCH_WORKAROUND_2"},
    {0x80008000, "SMCCC_ARCH_WORKAROUND_1"},
    {0x80003fff, "SMCCC_ARCH_WORKAROUND_3"},
    {0x84000000, "PSCI_VERSION"},
    {0x84000001, "PSCI_CPU_SUSPEND"},
    {0x84000002, "PSCI_CPU_OFF"},
    {0x84000003, "PSCI_CPU_ON"},
    {0x84000004, "PSCI_AFFINITY_INFO"},
    {0x84000006, "PSCI_MIGRATE_INFO_TYPE"},
    {0x84000008, "PSCI_SYSTEM_OFF"},
    {0x84000009, "PSCI_SYSTEM_RESET"},
    {0x8400000a, "PSCI_FEATURES"},
    {0x8400000e, "PSCI_SYSTEM_SUSPEND"},
    {0x84000012, "PSCI_SYSTEM_RESET2"},
});

std::string interrupt_text(const brig_exit& exit) {
    const auto intid = static_cast<uint32_t>(exit.reason);
    const char* name = name_in(interrupts, intid);
    return name == nullptr ? fmt::format("interrupt {}", intid)
                           : fmt::format("interrupt {} ({})", intid, name);
}

std::string hypercall_text(const brig_exit& exit) {
    if ((exit.reason & 0xffff) != BRIG_HVC_IMMEDIATE)
        return fmt::format("hvc #{:#x}", exit.reason & 0xffff);
    const char* name = name_in(hypercalls, uint64_t{exit.x0});
    return name == nullptr ? fmt::format("hvc code {:#x}", exit.x0) : fmt::format("hvc {}", name);
}

std::string firmware_text(const brig_exit& exit) {
    const auto function = static_cast<uint32_t>(exit.x0);
    const uint32_t smc64 = 1u << 30;
    const char* name = name_in(calls, function & ~smc64);
    return name == nullptr ? fmt::format("smc {:#010x}", function) : fmt::format("smc {}", name);
}

std::string access_text(const brig_exit& exit) {
    const uint64_t address = address_of(exit);
    if (bit_of(exit, 7))
        return fmt::format("page-table walk at {:#x}", address);
    if (class_of(exit) == ec_instruction_abort)
        return fmt::format("instruction fetch at {:#x}", address);
    return fmt::format("{} {:#x}", bit_of(exit, 6) ? "write" : "read", address);
}

// ISS: Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt, CRm 4:1, direction 0.
std::string register_text(const brig_exit& exit) {
    const auto field = [&](unsigned shift, unsigned mask) {
        return static_cast<unsigned>(exit.reason >> shift & mask);
    };
    const char* verb = bit_of(exit, 0) ? "read" : "write";
    const std::array place = {field(20, 3), field(14, 7), field(10, 15), field(1, 15),
                              field(17, 7)};
    if (place == std::array{3u, 0u, 12u, 11u, 5u})
        return fmt::format("{} ICC_SGI1R_EL1", verb);
    return fmt::format("{} S{}_{}_C{}_C{}_{}", verb, place[0], place[1], place[2], place[3],
                       place[4]);
}

} // namespace

Kind kind_of(const brig_exit& exit) {
    if (exit.reason < BRIG_EXIT_SYNDROME)
        return Kind::interrupt;
    switch (class_of(exit)) {
    case ec_hvc64:
        return Kind::hypercall;
    case ec_smc64:
        return Kind::firmware;
    case ec_sysreg:
        return Kind::system_register;
    case ec_instruction_abort:
    case ec_data_abort:
        return Kind::access;
    default:
        return Kind::other;
    }
}

const char* kind_name(Kind kind) {
    constexpr const char* names[num_kinds] = {"interrupt", "hvc",    "smc",
                                              "access",    "sysreg", "other"};
    return names[static_cast<unsigned>(kind)];
}

std::string reason_of(const brig_exit& exit) {
    switch (kind_of(exit)) {
    case Kind::interrupt:
        return interrupt_text(exit);
    case Kind::hypercall:
        return hypercall_text(exit);
    case Kind::firmware:
        return firmware_text(exit);
    case Kind::access:
        return access_text(exit);
    case Kind::system_register:
        return register_text(exit);
    default:
        return class_of(exit) == ec_wfx ? "wfi or wfe"
                                        : fmt::format("exception class {:#04x}", class_of(exit));
    }
}

uint64_t address_of(const brig_exit& exit) {
    return bit_of(exit, 7) ? exit.address & ~uint64_t{0xfff} : exit.address;
}

} // namespace brig::trace
