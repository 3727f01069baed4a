// SPDX-License-Identifier: Apache-2.0
#include "cell/messages.hpp"

#include "arch/barrier.hpp"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "lib/string.hpp"
#include "system.hpp"

namespace brig::messages {

namespace {

constexpr size_t kMessage = offsetof(brig_comm_region, msg_to_cell);
constexpr size_t kReply = offsetof(brig_comm_region, reply_from_cell);

Verdict time_out(Cell& cell) {
    console::print("Timeout expired while waiting for reply from target cell\n");
    management::suspend(cell.cpus);
    cell.set_state(BRIG_CELL_FAILED);
    return Verdict::agreed;
}

Verdict send(Cell& cell, uint32_t message) {
    if (!config::messages || cell.config.has_flag(BRIG_CELL_PASSIVE_COMMREG))
        return Verdict::agreed;
    cell.comm_word(kReply) = BRIG_REPLY_NONE;
    arch::dmb_ishst(); // an old reply must not be taken for the answer to this message
    cell.comm_word(kMessage) = message;

    const uint64_t limit = cell.config.desc().msg_reply_timeout;
    for (uint64_t i = 0; limit == 0 || i < limit; i++) {
        const Verdict verdict = judge(message, cell.state(), cell.comm_word(kReply));
        if (verdict != Verdict::waiting)
            return verdict;
        arch::relax();
    }
    return time_out(cell);
}

} // namespace

Verdict judge(uint32_t message, uint32_t state, uint32_t reply) {
    if (state == BRIG_CELL_SHUT_DOWN || state == BRIG_CELL_FAILED ||
        state == BRIG_CELL_COMM_MISMATCH)
        return Verdict::agreed;
    const uint32_t accepting =
        message == BRIG_MSG_SHUTDOWN_REQUEST ? BRIG_REPLY_APPROVED : BRIG_REPLY_RECEIVED;
    if (reply == BRIG_REPLY_NONE)
        return Verdict::waiting;
    return reply == accepting ? Verdict::agreed : Verdict::refused;
}

void init_region(Cell& cell) {
    const brig_cell_desc& desc = cell.config.desc();
    memset(cell.comm, 0, kPageSize);
    brig_comm_region& comm = *cell.comm;
    memcpy(comm.signature, BRIG_COMM_SIGNATURE, sizeof(comm.signature));
    comm.revision = BRIG_COMM_REVISION;
    if ((desc.flags & BRIG_CELL_CONSOLE_PERMITTED) != 0)
        comm.flags |= BRIG_COMM_CONSOLE_PERMITTED;
    if ((desc.flags & BRIG_CELL_CONSOLE_ACTIVE) != 0)
        comm.flags |= BRIG_COMM_CONSOLE_ACTIVE;
    comm.console = desc.console;
    comm.pci_mmconfig_base = sys.config->pci_mmconfig_base;
    comm.gic_version = sys.config->arm.gic_version;
    comm.gicd_base = sys.config->arm.gicd_base;
    comm.gicc_base = sys.config->arm.gicc_base;
    comm.gicr_base = sys.config->arm.gicr_base;
    comm.vpci_irq_base = desc.vpci_irq_base;
}

Result<void> request_shutdown(Cell& cell) {
    if (send(cell, BRIG_MSG_SHUTDOWN_REQUEST) == Verdict::refused)
        return Error::permission;
    return {};
}

void announce_reconfiguration() {
    for (Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        send(*cell, BRIG_MSG_RECONFIG_COMPLETED);
}

} // namespace brig::messages
