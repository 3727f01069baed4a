// SPDX-License-Identifier: Apache-2.0
#include "console/console.hpp"

#include <doctest/doctest.h>

#include "brig/console.h"
#include "console/self_test.hpp"
#include "console/uart/drivers.hpp"
#include "support.hpp"

extern "C" volatile brig_virtual_console brig_console_page;

using namespace brig;
using namespace test;

TEST_CASE("console: the ring keeps the last bytes, tail counts all") {
    Machine machine;
    const Capture capture;
    const uint32_t start = brig_console_page.tail;
    for (unsigned i = 0; i < 3000; i++)
        console::put(static_cast<char>('a' + i % 26));
    CHECK(brig_console_page.tail == start + 3000);
    CHECK(brig_console_page.content[(start + 2999) % BRIG_CONSOLE_RING_SIZE] == 'a' + 2999 % 26);
    CHECK(brig_console_page.content[(start + 952) % BRIG_CONSOLE_RING_SIZE] == 'a' + 952 % 26);
    CHECK(brig_console_page.busy == 0);
}

TEST_CASE("console: tail wraps without a jump in the ring") {
    Machine machine;
    brig_console_page.tail = 0xfffffffe;
    const Capture capture;
    console::print("abcd");
    CHECK(brig_console_page.tail == 2);
    CHECK(brig_console_page.content[2046] == 'a');
    CHECK(brig_console_page.content[2047] == 'b');
    CHECK(brig_console_page.content[0] == 'c');
    CHECK(capture.text() == "abcd");
}

TEST_CASE("console: which descriptions name a UART that can be driven") {
    CHECK(console::has_uart({kUart, 0x1000, BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0}) ==
          config::uart_pl011);
    // The upper half of the type does not count.
    CHECK(console::has_uart({kUart, 0x1000, 0x100 | BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0}) ==
          config::uart_pl011);
    CHECK_FALSE(console::has_uart({kUart, 0x1000, BRIG_CONSOLE_PL011, 0, 0, 0, 0})); // port I/O
    CHECK_FALSE(console::has_uart({kUart, 0x1000, BRIG_CONSOLE_NONE, BRIG_CON_MMIO, 0, 0, 0}));
    CHECK_FALSE(console::has_uart({kUart, 0x1000, 77, BRIG_CON_MMIO, 0, 0, 0}));
}

namespace {

constexpr uint64_t kPl011Data = 0x00;
constexpr uint64_t kPl011Flags = 0x18;

std::string sent(const Bus& bus) {
    std::string text;
    for (const Bus::Access& access : bus.writes())
        if (access.address == kUart + kPl011Data)
            text += static_cast<char>(access.value);
    return text;
}

} // namespace

TEST_CASE("console: the self-test says its line on the wire and nowhere else") {
    if (!config::uart_pl011)
        return;
    Machine machine;
    const uint32_t start = brig_console_page.tail;
    const brig_console description{kUart, 0x1000, BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0};
    machine.bus.log.clear();
    CHECK(console::self_test(description, "some-board"));
    const std::string text = sent(machine.bus);
    CHECK(text.find("console self-test: board \"some-board\"") != std::string::npos);
    CHECK(text.substr(text.size() - 2) == "\r\n");
    CHECK(brig_console_page.tail == start);
    // No divider: the UART's settings stay as they are.
    for (const Bus::Access& access : machine.bus.writes())
        CHECK(access.address == kUart + kPl011Data);
}

TEST_CASE("console: the self-test gives up at the first byte that does not go out") {
    if (!config::uart_pl011)
        return;
    Machine machine;
    machine.bus.set(kUart + kPl011Flags, 4, 1u << 5); // transmit FIFO full for ever
    machine.bus.log.clear();
    const auto result = console::self_test(
        {kUart, 0x1000, BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0}, "some-board");
    CHECK_FALSE(result);
    CHECK(result.error() == Error::busy);
    CHECK(sent(machine.bus).empty());
    CHECK(machine.bus.log.size() == console::kUartPolls);
}

TEST_CASE("console: the self-test needs a driver") {
    const auto result =
        console::self_test({kUart, 0x1000, BRIG_CONSOLE_NONE, BRIG_CON_MMIO, 0, 0, 0}, "board");
    CHECK_FALSE(result);
    CHECK(result.error() == Error::no_device);
}
