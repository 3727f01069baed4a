// SPDX-License-Identifier: Apache-2.0
// The communication region and its message protocol.
#pragma once

#include "arch.hpp"

#include <brig/comm_region.h>

namespace brig {

// Reads or writes one field. The structure is packed, so a plain member access would go byte by
// byte.
#define comm_field(field) (BRIG_COMM_BASE + BRIG_OFFSETOF(brig_comm_region, field))
#define comm_read32(field) ::brig::read32(comm_field(field))
#define comm_read64(field) ::brig::read64(comm_field(field))

// True if signature and revision are what this runtime knows.
bool comm_valid();

inline uint32_t cell_state() {
    return comm_read32(cell_state);
}
void set_cell_state(uint32_t state);

// What a cell does about a request; the default approves.
enum class Verdict { approve, deny };
using ShutdownPolicy = Verdict (*)();

// The message that is waiting, BRIG_MSG_NONE if there is none.
inline uint32_t pending_message() {
    return comm_read32(msg_to_cell);
}

// Takes the pending message off and answers it.
void reply(uint32_t code);

// Answers a pending message, if any. After an approved shutdown request the cell is in state "shut
// down" and this function stops the CPU for good.
void handle_messages(ShutdownPolicy policy = nullptr);

// Answers messages for ever. Between two looks the CPU sleeps until its virtual timer fires.
[[noreturn]] void message_loop(ShutdownPolicy policy = nullptr);

} // namespace brig
