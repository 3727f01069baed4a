// SPDX-License-Identifier: Apache-2.0
// UARTs as the interface describes them: for each type what its registers answer, and which
// accesses a driver makes, to the byte. Core and inmates have drivers of their own; both are held
// against this.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "brig/config.h"

namespace test {

using Answers = std::map<uint64_t, std::vector<uint64_t>>; // by register: one read after the other

/// Registers from `base` on. Records width, offset and value of every access in order, such as
/// "r32 14" or "w8 0c=41"; the last answer of a register is repeated, one without any reads as 0.
class UartModel {
public:
    UartModel(uint64_t base, Answers answers) : base_{base}, answers_{std::move(answers)} {}

    uint64_t read(uint64_t address, unsigned size) {
        note('r', address, size);
        const auto found = answers_.find(address - base_);
        if (found == answers_.end() || found->second.empty())
            return 0;
        std::vector<uint64_t>& next = found->second;
        const uint64_t value = next.front();
        if (next.size() > 1)
            next.erase(next.begin());
        return value;
    }

    void write(uint64_t address, unsigned size, uint64_t value) {
        note('w', address, size);
        char text[24];
        std::snprintf(text, sizeof(text), "=%02llx", static_cast<unsigned long long>(value));
        trace_ += text;
    }

    /// What happened since the last call.
    std::string take() {
        std::string trace;
        std::swap(trace, trace_);
        return trace;
    }

private:
    void note(char kind, uint64_t address, unsigned size) {
        char text[40];
        std::snprintf(text, sizeof(text), "%s%c%u %02llx", trace_.empty() ? "" : " ", kind,
                      size * 8, static_cast<unsigned long long>(address - base_));
        trace_ += text;
    }

    uint64_t base_;
    Answers answers_;
    std::string trace_;
};

/// One type, or one way of connecting it.
struct UartCase {
    const char* name; // of con-type
    uint8_t type;
    uint16_t flags;          // of the console description
    Answers while_init;      // status bits that do not matter are the opposite of those that do
    const char* init;        // with divider 0x1234; "" where firmware has initialised the type
    const char* inmate_init; // nullptr: the same
    Answers while_put;       // busy first
    const char* put;         // of the byte 0xc1
};

inline const std::vector<UartCase> uart_cases{
    {"8250",
     BRIG_CONSOLE_8250,
     BRIG_CON_MMIO | BRIG_CON_REGDIST_4,
     {},
     "w32 0c=80 w32 00=34 w32 04=12 w32 0c=03",
     "w32 0c=80 w32 00=34 w32 04=00 w32 0c=03",
     {{0x14, {0xffffffdf, 0xffffffdf, 0x20}}},
     "r32 14 r32 14 r32 14 w32 00=c1"},
    {"8250",
     BRIG_CONSOLE_8250,
     BRIG_CON_MMIO,
     {},
     "w8 03=80 w8 00=34 w8 01=12 w8 03=03",
     "w8 03=80 w8 00=34 w8 01=00 w8 03=03",
     {{5, {0xdf, 0x20}}},
     "r8 05 r8 05 w8 00=c1"},
    {"8250",
     BRIG_CONSOLE_8250,
     BRIG_CON_MMIO | BRIG_CON_REGDIST_4 | BRIG_CON_MDR_QUIRK,
     {},
     "w32 0c=80 w32 00=34 w32 04=12 w32 0c=03",
     "w32 0c=80 w32 00=34 w32 04=00 w32 0c=03 w32 20=00",
     {{0x14, {0x20}}},
     "r32 14 w32 00=c1"},
    // Two bits are waited for, each of them alone.
    {"PL011",
     BRIG_CONSOLE_PL011,
     BRIG_CON_MMIO | BRIG_CON_REGDIST_4,
     {{0x18, {0x08, 0xf7}}},
     "w16 30=00 r8 18 r8 18 w16 24=1234 w8 2c=60 w16 30=3101",
     nullptr,
     {{0x18, {0x20, 0x08, 0xffffffd7}}},
     "r32 18 r32 18 r32 18 w32 00=c1"},
    {"XUARTPS",
     BRIG_CONSOLE_XUARTPS,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0x2c, {0xfffffff7, 0x08}}},
     "r32 2c r32 2c w32 30=c1"},
    {"MVEBU",
     BRIG_CONSOLE_MVEBU,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0x0c, {0x800, 0xfffff7ff}}},
     "r32 0c r32 0c w32 04=c1"},
    {"HSCIF",
     BRIG_CONSOLE_HSCIF,
     BRIG_CON_MMIO,
     {{0x08, {0xabdc}}},
     "r16 08 w16 08=abcc w8 04=34 w16 58=40 w16 08=abfc",
     nullptr,
     {{0x10, {0xffdf, 0x20, 0xffff}}},
     "r16 10 r16 10 w8 0c=c1 r16 10 w16 10=ff9f"},
    {"SCIFA",
     BRIG_CONSOLE_SCIFA,
     BRIG_CON_MMIO,
     {{0x08, {0xabdc}}},
     "r16 08 w16 08=abcc w8 04=34 w16 18=00 w16 08=abfc",
     nullptr,
     {{0x14, {0xffdf, 0x20, 0xffff}}},
     "r16 14 r16 14 w8 20=c1 r16 14 w16 14=ff9f"},
    {"SCIF",
     BRIG_CONSOLE_SCIF,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0x10, {0xff9f, 0x20, 0xffff}}},
     "r16 10 r16 10 w8 0c=c1 r16 10 w16 10=ff9f"},
    {"SCIF",
     BRIG_CONSOLE_SCIF,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0x10, {0xff9f, 0x40, 0xffff}}},
     "r16 10 r16 10 w8 0c=c1 r16 10 w16 10=ff9f"},
    {"IMX",
     BRIG_CONSOLE_IMX,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0xb4, {0xffffffbf, 0x40}}, {0x80, {1}}},
     "r32 b4 r32 b4 r32 80 w32 40=c1"},
    // Linux has switched it off: the byte is dropped.
    {"IMX",
     BRIG_CONSOLE_IMX,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0xb4, {0x40}}, {0x80, {0xfffffffe}}},
     "r32 b4 r32 80"},
    {"IMX-LPUART",
     BRIG_CONSOLE_LPUART,
     BRIG_CON_MMIO,
     {},
     "",
     nullptr,
     {{0x14, {0xff7fffff, 0x800000}}},
     "r32 14 r32 14 w32 1c=c1"},
};

/// Clock gates: bit 3 of a register that reads 0xf0f0f0f7 before, or 0xf0f0f0ff.
struct GateCase {
    const char* what;
    uint16_t flags;
    uint64_t before;
    const char* accesses;
};

inline const std::vector<GateCase> gate_cases{
    {"set the bit", 0, 0xf0f0f0f7, "r32 00 w32 00=f0f0f0ff"},
    {"clear the bit", BRIG_CON_INVERTED_GATE, 0xf0f0f0ff, "r32 00 w32 00=f0f0f0f7"},
    {"write-masked: a bit of 1 is a clock that is off", BRIG_CON_WRITE_MASKED_GATE, 0xf0f0f0ff,
     "w32 00=80000"},
    {"write-masked and inverted", BRIG_CON_WRITE_MASKED_GATE | BRIG_CON_INVERTED_GATE, 0xf0f0f0f7,
     "w32 00=80008"},
};

} // namespace test
