// SPDX-License-Identifier: Apache-2.0
#include "cell/messages.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "cell/control.hpp"
#include "support.hpp"

using namespace brig;
using namespace test;
using messages::Verdict;

namespace {

/// A running cell that takes part in the protocol.
struct Talking : Machine {
    explicit Talking(uint64_t timeout = 0) {
        CellFile file = small_cell();
        file.flags = BRIG_CELL_CONSOLE_PERMITTED;
        file.timeout = timeout;
        REQUIRE(control::create(file.place()));
        REQUIRE(control::start(1));
        cell = sys.root.next;
    }
    void answer_with(uint32_t reply) {
        on_relax = [this, reply] {
            if (cell->comm->msg_to_cell == 0)
                return;
            last = cell->comm->msg_to_cell;
            cell->comm->msg_to_cell = 0;
            cell->comm->reply_from_cell = reply;
        };
    }
    Cell* cell = nullptr;
    uint32_t last = 0;
};

} // namespace

TEST_CASE("messages: one look at the region") {
    struct {
        uint32_t message, state, reply;
        Verdict verdict;
    } const table[] = {
        {1, 0, 0, Verdict::waiting}, {1, 0, 3, Verdict::agreed},  {1, 0, 2, Verdict::refused},
        {1, 0, 1, Verdict::refused}, {1, 0, 4, Verdict::refused}, {2, 0, 4, Verdict::agreed},
        {2, 0, 3, Verdict::refused}, {2, 0, 0, Verdict::waiting}, {1, 1, 0, Verdict::waiting},
        {1, 2, 2, Verdict::agreed},  {1, 3, 0, Verdict::agreed},  {1, 4, 0, Verdict::agreed},
        {1, 5, 0, Verdict::waiting}, {1, 0, 99, Verdict::refused}};
    for (const auto& row : table)
        CHECK(messages::judge(row.message, row.state, row.reply) == row.verdict);
}

TEST_CASE("messages: a cell that approves is stopped, one that denies runs on") {
    Talking machine;
    machine.answer_with(BRIG_REPLY_DENIED);
    CHECK(control::destroy(1).error() == Error::permission);
    CHECK(machine.last == BRIG_MSG_SHUTDOWN_REQUEST);
    CHECK(control::set_loadable(1).error() == Error::permission);
    CHECK(control::start(1).error() == Error::permission);
    CHECK(machine.cell->state() == BRIG_CELL_RUNNING);
    CHECK(machine.cpu(1).power == PowerState::on);
    CHECK(machine.cpu(1).suspend_requested.load_relaxed() == 0);
    CHECK(machine.cpu(2).suspend_requested.load_relaxed() == 0);
    machine.answer_with(BRIG_REPLY_APPROVED);
    CHECK(control::destroy(1));
}

TEST_CASE("messages: others hear of new and gone cells, whatever they answer") {
    Talking machine;
    machine.answer_with(BRIG_REPLY_UNKNOWN);
    CellFile second;
    second.name = "second";
    second.id = 2;
    second.cpus = {2};
    REQUIRE(control::create(second.place()));
    CHECK(machine.last == BRIG_MSG_RECONFIG_COMPLETED);
    machine.last = 0;
    REQUIRE(control::destroy(2));
    CHECK(machine.last == BRIG_MSG_RECONFIG_COMPLETED);
}

TEST_CASE("messages: silence counts as failure when time is up") {
    Talking machine{50};
    const Capture capture;
    CHECK(control::set_loadable(1));
    CHECK(capture.text().find("Timeout expired while waiting for reply from target cell\n") == 0);
    CHECK(machine.cell->state() == BRIG_CELL_SHUT_DOWN);
    CHECK(machine.cpu(1).suspend_requested.load_relaxed() == 0);
}

TEST_CASE("messages: a locked cell stands against creating and destroying others, not itself") {
    Talking machine;
    machine.answer_with(BRIG_REPLY_APPROVED);
    CellFile second;
    second.name = "second";
    second.id = 2;
    second.cpus = {2};
    REQUIRE(control::create(second.place()));
    machine.cell->set_state(BRIG_CELL_RUNNING_LOCKED);
    CHECK(control::destroy(2).error() == Error::permission);
    CellFile third = second;
    third.name = "third";
    third.id = 3;
    third.cpus = {3};
    CHECK(control::create(third.place()).error() == Error::permission);
    CHECK(control::start(2));
    CHECK(control::set_loadable(2));
    CHECK(control::destroy(1));
    CHECK(control::destroy(2));
}

TEST_CASE("messages: the communication region at start") {
    Talking machine;
    std::memset(machine.cell->comm, 0xee, kPageSize);
    machine.cell->set_state(BRIG_CELL_FAILED);
    REQUIRE(control::start(1));
    const brig_comm_region& comm = *machine.cell->comm;
    CHECK(std::memcmp(&comm, "JHCOMM\x02\x00", 8) == 0);
    CHECK(comm.cell_state == 0);
    CHECK(comm.msg_to_cell == 0);
    CHECK(comm.flags == BRIG_COMM_CONSOLE_PERMITTED);
    CHECK(comm.pci_mmconfig_base == 0x4010000000);
    CHECK(comm.gic_version == gic_platform().gic_version);
    CHECK(comm.gicd_base == kGicd);
    CHECK(comm.gicc_base == gic_platform().gicc_base);
    CHECK(comm.gicr_base == gic_platform().gicr_base);
    const auto* bytes = reinterpret_cast<const uint8_t*>(&comm);
    for (uint64_t i = sizeof(comm); i < kPageSize; i++)
        REQUIRE(bytes[i] == 0);
    const auto address = reinterpret_cast<uint64_t>(&comm);
    char expected[40];
    std::snprintf(expected, sizeof(expected), "%llx", static_cast<unsigned long long>(address));
    CHECK(lookup(*machine.cell, 0x80000000).find(expected) == 0);
}
