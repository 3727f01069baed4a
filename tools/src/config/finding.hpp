// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/model.hpp"

#include <string>
#include <vector>

namespace brig::config {

// What was looked for; each value is one line of `brig config check`, in this order.
enum class Test {
    OverlapInsideCell,
    OverlapHypervisor,
    PciInterception,
    IommuInterception,
    ArchInterception,
    RootStarvation,
    OverlapCpus,
    OverlapCells,
    HypervisorMemory,
    Alignment,
    OutsideRoot,
    Unloadable,
    CpuSet,
    SharedInterrupts,
    RootInterrupts,
    InvalidInterrupts,
    Names,
    FileSize,
    CommRegion,
    SubPage,
    ResetAddress,
    ConsoleWindow,
    Language, // partition files only
};

enum class Severity { Error, Warning };

struct Finding {
    Test test;
    Severity severity;
    std::string text;                  // names node and property (or file and field) of all parties
    std::vector<MemoryRegion> regions; // those concerned, for the printout of `config check`
};

using Findings = std::vector<Finding>;

bool has_errors(const Findings& findings);

} // namespace brig::config
