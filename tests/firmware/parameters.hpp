// SPDX-License-Identifier: Apache-2.0
// What the monitor imitates. The block lies at offset 0x1000 of the image; the image is built with
// zeros there and scripts/lib/brig_firmware.py fills it in, so one image serves all tests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace firmware {

constexpr uint64_t kMagic = 0x3130574647495242; // "BRIGFW01"
constexpr unsigned kMaxCpus = 32;
constexpr unsigned kMaxRedistributorRegions = 4;
constexpr unsigned kMaxSip = 16;
constexpr unsigned kMaxClocks = 48;

enum class Sdei : uint32_t {
    absent,   // every SDEI call is unknown
    deaf,     // accepts all calls, never delivers an event: firmware that should not be trusted
    complete, // as DEN 0054 has it, for event 0
};

enum class UartKind : uint32_t { none, pl011, ns16550 };

/// One answer of the silicon provider's range (owner 2).
struct SipCall {
    uint64_t function;
    uint64_t result[4]; // x0-x3
};

struct Clock {
    char name[16];
    uint64_t rate; // Hz
};

struct Parameters {
    uint64_t magic;
    uint64_t ram_base; // secure memory that the monitor moves to, 192 KiB, 4 KiB aligned
    uint64_t entry;    // of the first CPU, at EL2; 0: its x1 at reset says, and its x0 the context
    uint64_t context;  // x0 there: the device tree
    uint64_t cpus;
    uint64_t mpidr[kMaxCpus]; // affinity fields; the first CPU boots
    uint64_t gicd;
    uint64_t gicr[kMaxRedistributorRegions]; // 0: no more; none: GICv2
    uint64_t gicc;
    uint64_t uart;
    uint64_t power_gpio;    // PL061 of QEMU's `virt`: line 0 turns off, line 1 resets; 0: none
    uint64_t scmi_memory;   // the channel's shared memory
    uint32_t scmi_function; // id of its doorbell; 0: no SCMI
    uint32_t psci_version;  // as PSCI_VERSION answers
    uint32_t smccc_version; // as SMCCC_VERSION answers; 0: the call is unknown (SMCCC 1.0)
    uint32_t trusted_os;    // bool: answers the calls that identify OP-TEE
    UartKind uart_kind;
    Sdei sdei;
    uint32_t sip_calls;
    uint32_t clocks;
    uint32_t resident_cpu;  // 1 + index of the CPU that a trusted OS cannot leave; 0: none
    uint32_t cpu_off_hangs; // bool: CPU_OFF never gets to its end
    SipCall sip[kMaxSip];
    Clock clock[kMaxClocks];
};

// start.S
static_assert(offsetof(Parameters, ram_base) == 8);
static_assert(offsetof(Parameters, cpus) == 32);
static_assert(offsetof(Parameters, mpidr) == 40);
static_assert(sizeof(Parameters) <= 0x1000);

/// Room in start.S, so that the compiler does not know the value.
extern "C" const Parameters parameters;

} // namespace firmware
