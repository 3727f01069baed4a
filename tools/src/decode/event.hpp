// SPDX-License-Identifier: Apache-2.0
// A failure as a log tells it. What the log does not say is empty.
#pragma once

#include "decode/esr.hpp"
#include "decode/pattern.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace brig::decode {

namespace kind {
inline constexpr const char* cell_exception = "cell-exception"; // a cell did what it must not
inline constexpr const char* hyp_exception = "hyp-exception";   // in the hypervisor itself
inline constexpr const char* oops = "oops";
inline constexpr const char* panic = "panic";
inline constexpr const char* serror = "serror";
inline constexpr const char* rcu_stall = "rcu-stall";
inline constexpr const char* soft_lockup = "soft-lockup";
inline constexpr const char* hung_task = "hung-task";
inline constexpr const char* warning = "warning";
inline constexpr const char* disassembly = "disassembly"; // a listing without any dump
} // namespace kind

using Number = std::optional<uint64_t>;

// What enrichment found about an instruction's address.
struct Place {
    uint64_t address = 0;
    std::string symbol; // "its_allocate_entry+0x34", "[module]" behind it
    std::string source; // "irq-gic-v3-its.c:950"
};

struct Instruction {
    uint64_t address = 0;
    uint32_t word = 0;
    std::string text; // "mrs x0, fpexc32_el2"
    bool current = false;
};

// An entry into the hypervisor, from a crash record.
struct ExitRecord {
    double time = 0; // seconds
    uint64_t pc = 0;
    std::string reason;
};

// What a physical or guest-physical address is.
struct AddressInfo {
    uint64_t address = 0;
    std::string type; // "ipa", "physical"
    std::string kind; // "device", "ram", "reserved", "hypervisor", "hole"; empty: unknown
    std::string node; // path in the device tree
    std::string compatible;
    std::string region; // of a cell's configuration
};

struct Event {
    std::string kind;
    std::string headline; // the line that started it
    size_t first_line = 0;
    size_t last_line = 0;
    std::optional<double> time;
    std::optional<unsigned> cpu;
    std::string cell;
    std::optional<unsigned> ec; // of the headline, where there is no syndrome
    std::optional<Esr> esr;
    Number pc, lr, sp, elr, spsr, far, hpfar;
    Number ipa; // guest physical address of the access
    std::optional<bool> write;
    std::optional<unsigned> width; // bytes
    std::map<unsigned, uint64_t> registers;
    std::string symbol; // of pc
    std::string lr_symbol;
    std::string task;
    std::string kernel; // release
    // Of a crash record (`brig log`): by name, "HCR_EL2"; the CPU's last exits, oldest first.
    std::map<std::string, uint64_t> system;
    std::vector<ExitRecord> exits;
    std::vector<std::string> trace;     // Linux's call trace, innermost first
    std::map<uint64_t, uint64_t> stack; // 64-bit words by address
    std::vector<uint32_t> code;         // of a "Code:" line
    std::optional<size_t> code_current; // which of them is at pc
    std::vector<std::string> lines;     // all of it, cleaned
    Number kernel_offset;               // KASLR: run time minus link time
    Number hypervisor_base;             // where the hypervisor\'s image runs
    Captures captures;                  // of the pattern that started a message

    // By enrichment:
    std::string where; // "Linux text", "module", "vmalloc", "hypervisor", ...
    std::optional<Place> place;
    std::vector<Instruction> instructions; // around pc
    std::vector<Place> calls;              // innermost first
    std::optional<AddressInfo> address;
    std::string note; // what would make more of it

    // The exception class, from wherever it is known.
    std::optional<unsigned> exception_class() const { return esr ? esr->ec : ec; }
    const Instruction* instruction() const {
        for (const Instruction& candidate : instructions)
            if (candidate.current)
                return &candidate;
        return nullptr;
    }
};

} // namespace brig::decode
