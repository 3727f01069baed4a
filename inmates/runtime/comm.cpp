// SPDX-License-Identifier: Apache-2.0
#include "comm.hpp"

#include "gic.hpp"
#include "string.hpp"
#include "timer.hpp"

namespace brig {
namespace {

constexpr uint64_t poll_interval_us = 5000;

void poll_tick(void*) {
    timer::arm_in(timer::from_us(poll_interval_us));
}

} // namespace

bool comm_valid() {
    char signature[6];
    for (unsigned i = 0; i < sizeof(signature); ++i) {
        signature[i] = static_cast<char>(read8(BRIG_COMM_BASE + i));
    }
    return compare(signature, BRIG_COMM_SIGNATURE, sizeof(signature)) == 0 &&
           read16(comm_field(revision)) == BRIG_COMM_REVISION;
}

void set_cell_state(uint32_t state) {
    write32(comm_field(cell_state), state);
}

void reply(uint32_t code) {
    write32(comm_field(msg_to_cell), BRIG_MSG_NONE);
    dmb();
    write32(comm_field(reply_from_cell), code);
}

void handle_messages(ShutdownPolicy policy) {
    switch (pending_message()) {
    case BRIG_MSG_NONE:
        return;
    case BRIG_MSG_SHUTDOWN_REQUEST:
        if (policy != nullptr && policy() == Verdict::deny) {
            reply(BRIG_REPLY_DENIED);
            return;
        }
        reply(BRIG_REPLY_APPROVED);
        set_cell_state(BRIG_CELL_SHUT_DOWN);
        inmate_stop();
    case BRIG_MSG_RECONFIG_COMPLETED:
        reply(BRIG_REPLY_RECEIVED);
        return;
    default:
        reply(BRIG_REPLY_UNKNOWN);
        return;
    }
}

void message_loop(ShutdownPolicy policy) {
    gic::set_handler(timer::virtual_ppi, poll_tick);
    gic::enable(timer::virtual_ppi);
    timer::arm_in(timer::from_us(poll_interval_us));
    irq_enable();
    for (;;) {
        handle_messages(policy);
        wfi();
    }
}

} // namespace brig
