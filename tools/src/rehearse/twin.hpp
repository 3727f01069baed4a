// SPDX-License-Identifier: Apache-2.0
// What a rehearsal needs to know of a board, out of its device tree: the tree of the emulated
// machine, the tree that Linux gets on it, what its firmware answers, and what stays open.
#pragma once

#include "board/facts.hpp"
#include "util/file.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace brig::rehearse {

// Something that the rehearsal took for granted, or that it cannot tell.
struct Note {
    std::string key;  // short and stable
    std::string text; // what it is
    std::string todo; // what to look at on the board
};

// A UART that the emulator has a model of.
struct Uart {
    const board::Node* node = nullptr;
    std::string_view model; // "8250", "pl011", "xuartps", "imx", "scif", "hscif"
    uint64_t address = 0;
    uint32_t clock_hz = 0;
    bool clock_known = false; // the tree says it
};

struct Clock {
    std::string name;
    uint64_t hz = 0;
};

struct SipCall {
    uint32_t function = 0;
    uint64_t result[4] = {}; // x0 to x3
};

// What tests/firmware is to imitate; scripts/lib/brig_firmware.py has the same names.
struct Firmware {
    uint64_t place = 0;          // free addresses for its ROM, RAM and devices, 1 MiB
    std::vector<uint64_t> mpidr; // of the CPUs, in Linux's order
    unsigned gic = 0;
    uint64_t gicd = 0;
    std::vector<uint64_t> gicr; // regions of redistributors
    uint64_t gicc = 0;
    uint32_t psci_version = 0x10001;
    uint32_t smccc_version = 0x10002; // 0: as firmware of SMCCC 1.0
    uint32_t scmi_function = 0;       // 0: no SCMI
    uint64_t scmi_memory = 0;
    std::string sdei = "absent"; // "deaf", "complete"
    bool trusted_os = false;
    std::vector<SipCall> sip;
    std::vector<Clock> clocks; // of SCMI, by id
};

struct Options {
    std::optional<uint64_t> memory; // installed RAM in bytes
    std::vector<Range> banks;       // RAM that is known otherwise, e.g. by the partition file
    Bytes overlay;                  // the reserved-memory overlay; may be empty
};

struct Twin {
    Bytes machine_tree; // what the machine is built from
    Bytes linux_tree;   // what Linux gets
    Firmware firmware;
    std::vector<Range> memory;
    std::string console; // path of the UART that Linux and Brig print on
    std::string console_model;
    std::vector<std::string> disabled; // paths: devices of the board that Linux does without
    std::vector<Note> assumptions;
    std::vector<Note> check_list;
    std::string model;
};

// Derives all of it from a board's tree, to which the BSP's twin overlay was applied already.
// Throws Error when there can be no twin, with the reason.
Twin derive(const Bytes& board_tree, const std::string& name, const Options& options);

} // namespace brig::rehearse
