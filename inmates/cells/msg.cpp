// SPDX-License-Identifier: Apache-2.0
// msg: behaves towards the message protocol as `mode=NAME` says and prints each message.
//
//   approve    answer as a good cell does (the default)
//   deny       deny every shutdown request
//   deny-once  deny the first, approve later ones
//   ignore     take messages off, never reply
//   silent     do not look at messages at all
//   unknown    reply "unknown message" to everything
//   reply      reply with code= to everything
//   late       reply as usual, but only after delay-ms= (1000)
//   locked     state "running, locked", approve
//   mismatch   state "communication revision mismatch", silent
//   failed     state "failed", silent
//   down       state "shut down" without being asked, silent
//   invalid    state 99, silent
#include "inmate.hpp"

using namespace brig;

namespace {

enum class Answer { normal, fixed, none };

struct Mode {
    const char* name;
    uint32_t state;
    Answer answer;
    uint32_t reply;
};

constexpr uint32_t from_cmdline = ~0u;
constexpr Mode modes[] = {
    {"approve", BRIG_CELL_RUNNING, Answer::normal, 0},
    {"deny-once", BRIG_CELL_RUNNING, Answer::normal, 0},
    {"deny", BRIG_CELL_RUNNING, Answer::fixed, BRIG_REPLY_DENIED},
    {"ignore", BRIG_CELL_RUNNING, Answer::fixed, BRIG_REPLY_NONE},
    {"unknown", BRIG_CELL_RUNNING, Answer::fixed, BRIG_REPLY_UNKNOWN},
    {"reply", BRIG_CELL_RUNNING, Answer::fixed, from_cmdline},
    {"late", BRIG_CELL_RUNNING, Answer::normal, 0},
    {"locked", BRIG_CELL_RUNNING_LOCKED, Answer::normal, 0},
    {"silent", BRIG_CELL_RUNNING, Answer::none, 0},
    {"mismatch", BRIG_CELL_COMM_MISMATCH, Answer::none, 0},
    {"failed", BRIG_CELL_FAILED, Answer::none, 0},
    {"down", BRIG_CELL_SHUT_DOWN, Answer::none, 0},
    {"invalid", 99, Answer::none, 0},
};

unsigned denials_left;
uint64_t delay_us;

void sleep(uint64_t us) {
    timer::wait_for([] { return false; }, us);
}

Verdict policy() {
    if (denials_left == 0) {
        print("msg: approving\n");
        return Verdict::approve;
    }
    --denials_left;
    print("msg: denying\n");
    return Verdict::deny;
}

void answer_messages(const Mode& mode) {
    const uint32_t code =
        mode.reply == from_cmdline ? static_cast<uint32_t>(cmdline_int("code", 0)) : mode.reply;
    for (;;) {
        const uint32_t message = pending_message();
        if (message != BRIG_MSG_NONE) {
            print("msg: message %u in state %u\n", message, cell_state());
            sleep(delay_us);
            if (mode.answer == Answer::normal) {
                handle_messages(policy);
            } else {
                const bool information = message == BRIG_MSG_RECONFIG_COMPLETED;
                const bool deny = code == BRIG_REPLY_DENIED;
                reply(information && deny ? BRIG_REPLY_RECEIVED : code);
            }
        }
        yield();
    }
}

} // namespace

void inmate_main() {
    char name[16] = "approve";
    cmdline_string("mode", name, sizeof(name));
    for (const Mode& mode : modes) {
        if (!equal(mode.name, name)) {
            continue;
        }
        denials_left = equal(name, "deny-once");
        delay_us = equal(name, "late") ? cmdline_int("delay-ms", 1000) * 1000 : 0;
        print("msg: mode %s\n", name);
        set_cell_state(mode.state);
        if (mode.answer == Answer::none) {
            for (;;) {
                wfi();
            }
        }
        answer_messages(mode);
    }
    print("msg: unknown mode=%s\n", name);
}
