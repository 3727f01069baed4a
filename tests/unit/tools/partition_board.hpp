// SPDX-License-Identifier: Apache-2.0
// A board and a partition in its terms, for the tests of both together.
#pragma once

#include "config/compile.hpp"

#include <string>
#include <vector>

namespace brig::test {

// The inside of `/ { };`: four CPUs (2 and 3 without AArch32 at EL1), 1 GiB from 0x40000000 with
// firmware in it, GICv3, UARTs, a clock controller, an IOMMU and what else a SoC has.
std::string good_board();

// A correct partition of it: cells `one` (uart1, placed memory) and `two` (placed memory).
std::string good_board_partition();

config::Compiled compile_on(const std::string& board, const std::string& partition);

// All findings of the severity, one a line.
std::string findings_on(const std::string& board, const std::string& partition,
                        config::Severity severity);

// Is there one finding of this severity and test, with all the parts in its text? Nothing worse may
// be there. Prints the findings when not.
bool found(const std::string& board, const std::string& partition, config::Severity severity,
           config::Test test, const std::vector<std::string>& parts);

} // namespace brig::test
