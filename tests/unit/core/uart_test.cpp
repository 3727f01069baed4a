// SPDX-License-Identifier: Apache-2.0
// Every UART driver of core, whether this build's configuration has it or not, against the register
// models.
#include "console/uart.hpp"

#include <doctest/doctest.h>

#include "console/clock_gate.hpp"
#include "console/console.hpp"
#include "console/uart/drivers.hpp"
#include "support.hpp"
#include "uart_model.hpp"

using namespace brig;
using namespace test;
using console::UartDriver;
using console::UartPort;

namespace {

constexpr uint64_t kBase = 0xfeb50000;
constexpr uint64_t kGate = 0xfd7c0830;

class ModelBus final : public arch::FakeBus {
public:
    ModelBus(uint64_t base, Answers answers) : model{base, std::move(answers)} {
        arch::fake_bus = this;
    }
    uint64_t read(uint64_t address, unsigned size) override { return model.read(address, size); }
    void write(uint64_t address, unsigned size, uint64_t value) override {
        model.write(address, size, value);
    }

    UartModel model;
};

/// For ever what a UART answers first.
class StuckBus final : public arch::FakeBus {
public:
    explicit StuckBus(const Answers& answers) : answers_{answers} {
        for (const auto& [offset, values] : answers_)
            is_busy |= values.size() > 1;
    }
    uint64_t read(uint64_t address, unsigned) override {
        return answers_.at(address - kBase).front();
    }
    void write(uint64_t, unsigned, uint64_t) override { writes++; }

    bool is_busy = false;
    unsigned writes = 0;

private:
    const Answers& answers_;
};

const UartDriver& driver_of(uint8_t type) {
    const UartDriver* all[] = {&console::uart_8250,  &console::uart_pl011, &console::uart_xuartps,
                               &console::uart_mvebu, &console::uart_hscif, &console::uart_scifa,
                               &console::uart_scif,  &console::uart_imx,   &console::uart_lpuart};
    for (const UartDriver* driver : all)
        if (driver->type == type)
            return *driver;
    FAIL("no driver for type ", int{type});
    return *all[0];
}

brig_console console_with_gate(uint16_t flags, uint32_t gate, uint64_t reg = kGate) {
    return {kBase, 0x1000, BRIG_CONSOLE_8250, static_cast<uint16_t>(flags | BRIG_CON_MMIO), 0,
            gate,  reg};
}

} // namespace

TEST_CASE("UARTs: the accesses of every type") {
    for (const UartCase& uart : uart_cases) {
        CAPTURE(uart.name);
        CAPTURE(uart.flags);
        const UartDriver& driver = driver_of(uart.type);
        const UartPort port{kBase, (uart.flags & BRIG_CON_REGDIST_4) != 0};
        ModelBus init{kBase, uart.while_init};
        if (driver.init != nullptr)
            driver.init(port, 0x1234);
        CHECK(init.model.take() == uart.init);
        ModelBus put{kBase, uart.while_put};
        driver.put(port, static_cast<char>(0xc1));
        CHECK(put.model.take() == uart.put);
    }
}

TEST_CASE("UARTs: one that is never ready does not stop EL2, the byte is dropped") {
    for (const UartCase& uart : uart_cases) {
        CAPTURE(uart.name);
        StuckBus bus{uart.while_put};
        if (!bus.is_busy)
            continue; // this case is about something else
        arch::fake_bus = &bus;
        driver_of(uart.type).put({kBase, (uart.flags & BRIG_CON_REGDIST_4) != 0}, 'x');
        CHECK(bus.writes == 0);
    }
}

TEST_CASE("console: a divider of 0 leaves the UART alone; CR goes before LF") {
    Machine machine;
    const UartCase* uart = nullptr;
    for (const UartCase& one : uart_cases)
        if (uart == nullptr && console::find_uart(one.type) != nullptr && *one.init != '\0')
            uart = &one;
    if (uart == nullptr)
        return; // a build without any UART that is initialised
    CAPTURE(uart->name);
    Answers answers = uart->while_put;
    for (auto& [offset, values] : answers)
        values = {values.back()};
    ModelBus bus{kBase, answers};
    brig_console description{kBase, 0x1000, uart->type, uart->flags, 0, 0, 0};
    console::open(description, false);
    CHECK(bus.model.take().empty());
    console::print("a\nb");
    std::string sent = bus.model.take();
    std::string bytes;
    for (size_t at = 0; (at = sent.find('=', at)) != std::string::npos; at++)
        bytes += sent.substr(at + 1, 2);
    CHECK(bytes == "610d0a62");
    description.divider = 0x1234;
    for (const auto& [offset, values] : uart->while_init)
        answers[offset] = values;
    ModelBus again{kBase, answers};
    console::open(description, false);
    CHECK(again.model.take() == uart->init);
    console::open(brig_console{}, true);
    arch::fake_bus = &machine.bus;
}

TEST_CASE("console: the types of the configuration are those that Kconfig chose") {
    using namespace config;
    const std::pair<uint8_t, bool> expected[] = {
        {BRIG_CONSOLE_8250, uart_8250},       {BRIG_CONSOLE_PL011, uart_pl011},
        {BRIG_CONSOLE_XUARTPS, uart_xuartps}, {BRIG_CONSOLE_MVEBU, uart_mvebu},
        {BRIG_CONSOLE_HSCIF, uart_sh},        {BRIG_CONSOLE_SCIFA, uart_sh},
        {BRIG_CONSOLE_SCIF, uart_sh},         {BRIG_CONSOLE_IMX, uart_imx},
        {BRIG_CONSOLE_LPUART, uart_lpuart},   {BRIG_CONSOLE_EFIFB, false}};
    for (const auto& [type, chosen] : expected) {
        const UartDriver* found = console::find_uart(type);
        CHECK((found != nullptr) == chosen);
        CHECK((found == nullptr || found->type == type));
    }
}

TEST_CASE("console: clock gates") {
    for (const GateCase& gate : gate_cases) {
        CAPTURE(gate.what);
        ModelBus bus{kGate, {{0, {gate.before}}}};
        CHECK(console::open_clock_gate(console_with_gate(gate.flags, 3)));
        CHECK(bus.model.take() == gate.accesses);
    }
    ModelBus bus{kGate, {}};
    CHECK(console::open_clock_gate(console_with_gate(0, 99, 0))); // none
    CHECK(bus.model.take().empty());
    CHECK(console::open_clock_gate(console_with_gate(0, 31)));
    CHECK(bus.model.take() == "r32 00 w32 00=80000000");
    CHECK(console::open_clock_gate(console_with_gate(BRIG_CON_WRITE_MASKED_GATE, 15)));
    CHECK(bus.model.take() == "w32 00=80000000");
    CHECK_FALSE(console::open_clock_gate(console_with_gate(0, 32)));
    CHECK_FALSE(console::open_clock_gate(console_with_gate(BRIG_CON_WRITE_MASKED_GATE, 16)));
    CHECK_FALSE(console::open_clock_gate(console_with_gate(0, 3, kGate + 2)));
    CHECK(bus.model.take().empty());
}
