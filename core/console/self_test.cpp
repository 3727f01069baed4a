// SPDX-License-Identifier: Apache-2.0
#include "console/self_test.hpp"

#include "console/clock_gate.hpp"
#include "console/console.hpp"
#include "console/uart.hpp"
#include "version.hpp"

namespace brig::console {

namespace {

/// After the first byte that is dropped nothing more is tried: each costs its time-out.
class Wire final : public Sink {
public:
    Wire(const UartDriver& driver, const UartPort& port) : driver_{driver}, port_{port} {}

    void put(char c) override {
        if (c == '\n')
            send('\r');
        send(c);
    }
    bool complete() const { return complete_; }

private:
    void send(char c) { complete_ = complete_ && driver_.put(port_, c); }

    const UartDriver& driver_;
    const UartPort port_;
    bool complete_ = true;
};

} // namespace

Result<void> self_test(const brig_console& description, const char* board) {
    if (!has_uart(description))
        return Error::no_device;
    BRIG_CHECK(open_clock_gate(description));
    const UartDriver& driver = *find_uart(static_cast<uint8_t>(description.type));
    const UartPort port{description.address, (description.flags & BRIG_CON_REGDIST_4) != 0};
    if (description.divider != 0 && driver.init != nullptr)
        driver.init(port, description.divider);
    Wire wire{driver, port};
    format(wire, "\n{} {} console self-test: board \"{}\", UART at 0x{:x}\n", kProductName,
           kVersion, board, uint64_t{description.address});
    return wire.complete() ? Result<void>{} : Error::busy;
}

} // namespace brig::console
