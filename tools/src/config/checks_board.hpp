// SPDX-License-Identifier: Apache-2.0
// What is wrong, or needs a second look, when a partition meets the board's device tree.
#pragma once

#include "config/partition.hpp"

#include <string>
#include <vector>

namespace brig::config {

// Needs a completed partition with a board.
Findings check_board(const Partition& partition);

// Drops what check() says a second time, in general words, about the findings of check_board().
void drop_repeated(const Findings& of_board, Findings& general);

// Collects findings; handed to the groups of checks below.
struct BoardReport {
    const Partition& partition;
    const BoardView& board;
    Findings findings = {};

    void error(Test test, const std::string& scope, std::string text) {
        findings.push_back({test, Severity::Error, std::move(text), {}, scope});
    }
    void warning(Test test, const std::string& scope, std::string text) {
        findings.push_back({test, Severity::Warning, std::move(text), {}, scope});
    }
};

void check_board_memory(BoardReport& report);
void check_pci_window(BoardReport& report);
void check_given_twice(BoardReport& report);
void check_isolation(BoardReport& report); // DMA, shared registers, shared pages
void check_linux_control(BoardReport& report);
void check_board_interrupts(BoardReport& report);
void check_board_cpus(BoardReport& report);

// A device given to a cell, whether by name or by an explicit region that covers its registers.
struct Holding {
    const Cell* cell = nullptr;
    std::string where;                       // node of the partition file
    std::vector<const board::Device*> parts; // with the devices inside
    const GivenDevice* given = nullptr;      // null: by explicit region
};
std::vector<Holding> holdings(const Partition& partition);

// "/a, /b and 3 more"
std::string some_paths(const std::vector<const board::Node*>& nodes);

} // namespace brig::config
