// SPDX-License-Identifier: Apache-2.0
// The inmates' console: UART drivers against the register models, and what communication region and
// command line make of it.
#include "console.hpp"

#include <doctest/doctest.h>

#include <brig/comm_region.h>

#include <cstring>
#include <string_view>

#include "arch.hpp"
#include "hypercall.hpp"
#include "layout.h"
#include "uart.hpp"
#include "uart_model.hpp"

extern "C" {
char __cmdline[INMATE_CMDLINE_SIZE]; // in the image's linker script
}

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t kBase = 0xfeb60000;
constexpr uint64_t kGate = 0xfd7c0830;

class ModelBus final : public FakeBus {
public:
    ModelBus(uint64_t base, Answers answers) : model{base, std::move(answers)} { fake_bus = this; }
    uint64_t read(uint64_t address, unsigned size) override { return model.read(address, size); }
    void write(uint64_t address, unsigned size, uint64_t value) override {
        model.write(address, size, value);
    }

    UartModel model;
};

/// A communication region, a clock gate and an 8250 that is always ready.
class Cell final : public FakeBus {
public:
    explicit Cell(const brig_console& console, const char* cmdline = "", uint32_t flags = 0,
                  uint64_t gate_before = 0xf0f0f0f0)
        : gate{kGate, {{0, {gate_before}}}}, uart{console.address, {{5, {0x20}}, {0x14, {0x20}}}} {
        region.console = console;
        region.flags = flags;
        std::strncpy(__cmdline, cmdline, sizeof(__cmdline) - 1);
        hypercalls.clear();
        fake_bus = this;
        brig::console::init();
    }

    uint64_t read(uint64_t address, unsigned size) override {
        if (address >= kGate && address < kGate + 4)
            return gate.read(address, size);
        if (address < BRIG_COMM_BASE || address + size > BRIG_COMM_BASE + sizeof(region))
            return uart.read(address, size);
        uint64_t value = 0;
        std::memcpy(&value, reinterpret_cast<const char*>(&region) + (address - BRIG_COMM_BASE),
                    size);
        return value;
    }
    void write(uint64_t address, unsigned size, uint64_t value) override {
        (address >= kGate && address < kGate + 4 ? gate : uart).write(address, size, value);
    }

    UartModel gate;
    UartModel uart;

private:
    brig_comm_region region{};
};

brig_console description(uint16_t flags, uint32_t divider, uint32_t gate = 0, uint64_t reg = 0) {
    return {kBase, 0x1000, BRIG_CONSOLE_8250, static_cast<uint16_t>(flags | BRIG_CON_MMIO), divider,
            gate,  reg};
}

unsigned count(std::string_view text, std::string_view part) {
    unsigned found = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size())
        found++;
    return found;
}

} // namespace

TEST_CASE("inmates' UARTs: the accesses of every type") {
    for (const UartCase& one : uart_cases) {
        CAPTURE(one.name);
        CAPTURE(one.flags);
        const UartDriver* driver = find_uart_driver(one.type);
        REQUIRE(driver != nullptr);
        CHECK(find_uart_driver(one.name) == driver);
        const Uart uart{kBase, 0x1234, (one.flags & BRIG_CON_REGDIST_4) == 0,
                        (one.flags & BRIG_CON_MDR_QUIRK) != 0};
        ModelBus init{kBase, one.while_init};
        if (driver->init != nullptr)
            driver->init(uart);
        CHECK(init.model.take() == (one.inmate_init != nullptr ? one.inmate_init : one.init));
        ModelBus put{kBase, one.while_put};
        while (!driver->ready(uart)) {}
        driver->send(uart, 0xc1);
        CHECK(put.model.take() == one.put);
    }
    CHECK(find_uart_driver("pl011") == nullptr); // names are compared case sensitively
    CHECK(find_uart_driver("825") == nullptr);
    CHECK(find_uart_driver(uint32_t{BRIG_CONSOLE_NONE}) == nullptr);
}

TEST_CASE("inmates' console: initialised with a divider, else waited for until it is idle") {
    Cell with{description(BRIG_CON_REGDIST_4, 1)};
    CHECK(with.uart.take() == "w32 0c=80 w32 00=01 w32 04=00 w32 0c=03");
    brig::console::put('\n');
    CHECK(with.uart.take() == "r32 14 w32 00=0d r32 14 w32 00=0a");
    CHECK(hypercalls.empty());
    Cell without{description(0, 0)};
    const std::string looks = without.uart.take();
    CHECK(count(looks, "r8 05") == 100);
    CHECK(count(looks, "w") == 0);
}

TEST_CASE("inmates' console: the command line has the last word") {
    Cell cell{description(BRIG_CON_REGDIST_4, 1),
              "con-base=0xfeb70000 con-regdist-1 con-divider=13 con-clock-reg=0xfd7c0830 "
              "con-gate-nr=3 con-gate-inverted"};
    CHECK(cell.gate.take() == "r32 00 w32 00=f0f0f0f0"); // was clear
    CHECK(cell.uart.take() == "w8 10003=80 w8 10000=0d w8 10001=00 w8 10003=03");
    Cell none{description(BRIG_CON_REGDIST_4, 1, 3, kGate), "con-type=none"};
    brig::console::put('x');
    CHECK(none.uart.take().empty());
    CHECK(none.gate.take().empty());
}

TEST_CASE("inmates' console: clock gates") {
    for (const GateCase& one : gate_cases) {
        CAPTURE(one.what);
        const auto flags = static_cast<uint16_t>(one.flags | BRIG_CON_REGDIST_4);
        Cell cell{description(flags, 1, 3, kGate), "", 0, one.before};
        CHECK(cell.gate.take() == one.accesses);
        Cell without{description(flags, 1, 3, 0)};
        CHECK(without.gate.take().empty());
        Cell impossible{description(flags, 1, 32, kGate)};
        CHECK(impossible.gate.take().empty());
    }
}

TEST_CASE("inmates' console: the hypercall, if permitted and asked for") {
    const uint32_t both = BRIG_COMM_CONSOLE_PERMITTED | BRIG_COMM_CONSOLE_ACTIVE;
    const auto calls = [](uint32_t flags, const char* cmdline) {
        const Cell cell{brig_console{}, cmdline, flags};
        brig::console::put('\n');
        return hypercalls.size();
    };
    CHECK(calls(both, "") == 2);
    CHECK(hypercalls[0] == std::pair<uint64_t, uint64_t>{BRIG_HC_CONSOLE_PUTC, '\r'});
    CHECK(hypercalls[1] == std::pair<uint64_t, uint64_t>{BRIG_HC_CONSOLE_PUTC, '\n'});
    CHECK(calls(BRIG_COMM_CONSOLE_ACTIVE, "con-virtual") == 0);
    CHECK(calls(BRIG_COMM_CONSOLE_PERMITTED, "") == 0);
    CHECK(calls(BRIG_COMM_CONSOLE_PERMITTED, "con-virtual") == 2);
    CHECK(calls(both, "con-virtual=false") == 0);
}
