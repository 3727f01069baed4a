// SPDX-License-Identifier: Apache-2.0
// Parts of derive().
#pragma once

#include "rehearse/models.hpp"
#include "rehearse/twin.hpp"

namespace brig::rehearse {

// Banks of RAM that the twin has. Adds what was assumed. Throws Error when `options` ask for what
// cannot be.
std::vector<Range> installed_memory(const board::Tree& tree, const board::Facts& facts,
                                    const Options& options, std::vector<Note>& assumptions);

// What the firmware answers: from the tree, then from its node /brig,twin/firmware. Throws Error.
Firmware read_firmware(const board::Tree& tree, const board::Facts& facts,
                       std::vector<Note>& assumptions);

// 2 MiB aligned addresses that neither RAM nor devices use.
uint64_t free_place(const board::Facts& facts, const std::vector<Range>& memory);

// The board's tree, completed by what its boot loader would add: what the machine is built from.
Bytes machine_tree(const board::Tree& tree, const board::Facts& facts, const Twin& twin,
                   std::vector<Note>& assumptions);

// Linux's tree: the machine's, with the reservations, without devices that have no model.
Bytes linux_tree(const board::Tree& machine, const Twin& twin, std::vector<std::string>& disabled);

// What the rehearsal cannot tell about this board.
std::vector<Note> check_list(const board::Tree& tree, const board::Facts& facts, const Twin& twin);

} // namespace brig::rehearse
