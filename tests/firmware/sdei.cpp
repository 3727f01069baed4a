// SPDX-License-Identifier: Apache-2.0
// Software delegated exceptions (DEN 0054), event 0 alone: private to each CPU, signalled by
// software. It reaches the other CPU as a Group 0 SGI.
#include "monitor.hpp"

#include "arch/sysreg.hpp"

namespace firmware {

namespace {

constexpr uint32_t kFirst = 0xc4000020;
constexpr uint32_t kLast = 0xc400003f;

enum Call : uint32_t { // offset from kFirst
    version,
    event_register,
    event_enable,
    event_disable,
    event_context,
    event_complete,
    event_complete_and_resume,
    event_unregister,
    event_status,
    event_get_info,
    event_routing_set,
    pe_mask,
    pe_unmask,
    interrupt_bind,
    interrupt_release,
    event_signal,
    features,
    private_reset,
    shared_reset,
};

constexpr int64_t kVersion1_0 = 1ll << 48;
constexpr int64_t kInvalidParameters = -2;
constexpr int64_t kDenied = -3;
constexpr uint64_t kModeMask = 0xf;
constexpr uint64_t kMasked = 0x3c0; // D, A, I, F

/// Back to what the event interrupted.
void restore(SdeiState& state, Frame& frame) {
    for (unsigned i = 0; i < 18; i++)
        frame.x[i] = state.x[i];
    frame.elr = state.elr;
    frame.spsr = state.spsr;
    state.running = false;
}

/// The client goes on at `address` as if the interrupted context had taken an exception to it.
void resume(SdeiState& state, Frame& frame, uint64_t address) {
    restore(state, frame);
    if ((state.client_spsr & kModeMask) >= 8) {
        brig::arch::ElrEl2::write(state.elr);
        brig::arch::SpsrEl2::write(state.spsr);
    } else {
        brig::arch::ElrEl1::write(state.elr);
        brig::arch::SpsrEl1::write(state.spsr);
    }
    frame.elr = address;
    frame.spsr = state.client_spsr;
}

int64_t do_register(SdeiState& state, const Frame& frame) {
    if (state.registered)
        return kDenied;
    state.handler = frame.x[2];
    state.argument = frame.x[3];
    state.client_spsr = (frame.spsr & kModeMask) | kMasked;
    state.registered = true;
    return 0;
}

int64_t status(const SdeiState& state) {
    return (state.registered ? 1 : 0) | (state.enabled ? 2 : 0) | (state.running ? 4 : 0);
}

int64_t signal(uint64_t event, uint64_t mpidr) {
    Cpu* target = find_cpu(mpidr);
    if (event != 0 || target == nullptr || target->power.load_acquire() != Power::on)
        return kInvalidParameters;
    target->sdei.pending.store_release(1);
    gic::send_sgi(*target);
    return 0;
}

/// Calls on one event; x1 is its number.
int64_t event_call(Call call, SdeiState& state, Frame& frame) {
    if (frame.x[1] != 0)
        return kInvalidParameters;
    if (call == event_register)
        return do_register(state, frame);
    if (call == event_status)
        return status(state);
    if (!state.registered)
        return call == event_get_info ? kInvalidParameters : kDenied;
    switch (call) {
    case event_enable:
    case event_disable:
        state.enabled = call == event_enable;
        return 0;
    case event_unregister:
        state.registered = state.enabled = false;
        return 0;
    case event_get_info: // type private, signalable, normal priority
        return frame.x[2] == 1 ? 1 : 0;
    default:
        return kNotSupported;
    }
}

} // namespace

bool handle_sdei(Frame& frame) {
    const auto id = static_cast<uint32_t>(frame.x[0]);
    if (parameters.sdei == Sdei::absent || id < kFirst || id > kLast)
        return false;
    SdeiState& state = this_cpu().sdei;
    const auto call = static_cast<Call>(id - kFirst);
    switch (call) {
    case version:
        frame.answer(kVersion1_0);
        break;
    case event_context:
        frame.answer(!state.running    ? kDenied
                     : frame.x[1] > 17 ? kInvalidParameters
                                       : static_cast<int64_t>(state.x[frame.x[1]]));
        break;
    case event_complete:
        if (state.running)
            restore(state, frame);
        else
            frame.answer(kDenied);
        break;
    case event_complete_and_resume:
        if (state.running)
            resume(state, frame, frame.x[1]);
        else
            frame.answer(kDenied);
        break;
    case pe_mask:
    case pe_unmask: {
        const bool masked = state.masked;
        state.masked = call == pe_mask;
        frame.answer(call == pe_mask ? !masked : 0); // 1: it was not masked before
        break;
    }
    case event_signal:
        frame.answer(signal(frame.x[1], frame.x[2]));
        break;
    case private_reset:
        state.registered = state.enabled = false;
        frame.answer(0);
        break;
    case shared_reset:
        frame.answer(0);
        break;
    case features: // no bound interrupts, neither private nor shared
        frame.answer(0);
        break;
    default:
        frame.answer(event_call(call, state, frame));
    }
    return true;
}

namespace sdei {

void reset(Cpu& cpu) {
    SdeiState& state = cpu.sdei;
    state.registered = state.enabled = state.running = false;
    state.masked = true;
    state.pending.store_release(0);
}

void deliver(Cpu& cpu, Frame& frame) {
    SdeiState& state = cpu.sdei;
    if (parameters.sdei != Sdei::complete || !state.registered || !state.enabled || state.masked ||
        state.running || state.pending.exchange(0) == 0)
        return;
    for (unsigned i = 0; i < 18; i++)
        state.x[i] = frame.x[i];
    state.elr = frame.elr;
    state.spsr = frame.spsr;
    state.running = true;
    frame.x[0] = 0; // event number
    frame.x[1] = state.argument;
    frame.x[2] = frame.elr;
    frame.x[3] = frame.spsr;
    frame.elr = state.handler;
    frame.spsr = state.client_spsr;
}

} // namespace sdei

} // namespace firmware
