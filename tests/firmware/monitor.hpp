// SPDX-License-Identifier: Apache-2.0
// A small EL3 monitor for tests: it stands for the firmware of a board, good or bad habits
// included.
#pragma once

#include <cstdint>

#include "lib/atomic.hpp"
#include "parameters.hpp"

namespace firmware {

/// Registers of the interrupted level, stored by vectors.S.
struct Frame {
    uint64_t x[31];
    uint64_t elr;
    uint64_t spsr;
    uint64_t padding;

    void answer(int64_t value) { x[0] = static_cast<uint64_t>(value); }
};
static_assert(sizeof(Frame) == 272);

constexpr int64_t kNotSupported = -1;
constexpr uint64_t kEl2h = 0x3c9; // SPSR: EL2, own stack pointer, D, A, I, F masked

enum class Power : uint32_t { off, pending, on };

/// SDEI event 0 on one CPU (DEN 0054, 4.1).
struct SdeiState {
    bool registered;
    bool enabled;
    bool masked;
    bool running;
    brig::Atomic<uint32_t> pending;
    uint64_t handler;
    uint64_t argument;
    uint64_t client_spsr; // the level that registered, with everything masked
    uint64_t x[18];       // of the interrupted context
    uint64_t elr;
    uint64_t spsr;
};

struct Cpu {
    uint64_t stack; // top; vectors.S reads it
    unsigned id;    // index in the parameters
    brig::Atomic<Power> power;
    uint64_t entry;
    uint64_t context;
    uint64_t redistributor;
    SdeiState sdei;
};

extern Cpu cpus[kMaxCpus];

Cpu& this_cpu();

/// The CPU with these affinity fields; null if there is none.
Cpu* find_cpu(uint64_t mpidr);

/// A line on the firmware's own UART. `text` as in lib/format.hpp.
void log(const char* text, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0);

// Each handles x0 and says so, or leaves the frame alone.
bool handle_smccc(Frame& frame);
bool handle_psci(Frame& frame);
bool handle_sdei(Frame& frame);
bool handle_scmi(Frame& frame);
bool handle_sip(Frame& frame);
bool handle_trusted_os(Frame& frame);

/// Marks the SCMI channel free, as its agent expects to find it.
void init_scmi();

/// Waits for CPU_ON, then leaves EL3.
[[noreturn]] void sleep_until_on(Cpu& cpu);

namespace gic {
constexpr unsigned kSgi = 8; // Group 0, so that it goes to EL3
void init_distributor();
void init_cpu(Cpu& cpu);
void send_sgi(const Cpu& target);
/// Acknowledges and ends one Group 0 interrupt; its INTID, or 1020 and up if there was none.
unsigned take_group0();
} // namespace gic

namespace sdei {
void reset(Cpu& cpu);
/// Enters the handler if an event is due; called on the way out of EL3.
void deliver(Cpu& cpu, Frame& frame);
} // namespace sdei

} // namespace firmware
