// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/model.hpp"

#include <string>
#include <string_view>
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
    Language, // partition files only, as all that follow
    // These need the board's device tree. Those with a word of accept_word() can be accepted.
    DeviceTwice,
    OutsideDram,
    FirmwareMemory,
    RamDiffers,
    PciWindow,
    DmaIsolation,
    SharedRegisters,
    SharedPage,
    UnknownDevice,
    LinuxClocks,
    DeviceSetup,
    LostInterrupts,
    ForeignInterrupts,
    HypervisorConsole,
    Aarch32Cores,
    LinuxMemory,
};

// Accepted: the partition file says, with `accept`, that this is known and meant.
enum class Severity { Error, Warning, Accepted };

struct Finding {
    Test test;
    Severity severity;
    std::string text;                  // names node and property (or file and field) of all parties
    std::vector<MemoryRegion> regions; // those concerned, for the printout of `config check`
    std::string scope = {}; // node of the partition file whose `accept` (or a parent's) covers it
};

using Findings = std::vector<Finding>;

bool has_errors(const Findings& findings);

// The word with which `accept` in a partition file overrules the test; empty: that is not possible.
std::string_view accept_word(Test test);
// All of them.
std::vector<std::string_view> accept_words();

} // namespace brig::config
