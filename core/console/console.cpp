// SPDX-License-Identifier: Apache-2.0
#include "console/console.hpp"

#include "arch/this_cpu.hpp"
#include "brig/evidence.h"
#include "console/early.hpp"
#include "console/uart.hpp"
#include "console/virtual_console.hpp"
#include "cpu/cpu.hpp"
#include "evidence/log.hpp"
#include "lib/atomic.hpp"

namespace brig::console {

namespace {

const UartDriver* uart = nullptr;
UartPort port;
bool use_virtual = false;
/// Who prints. A CPU that prints while it owns the console goes on in the same turn.
constinit Atomic<Cpu*> owner{nullptr};

/// A CPU that has died while printing must not silence the others: after so many looks they go
/// ahead.
constexpr unsigned kPatience = 100000000;

/// A line feed is preceded by a carriage return on the wire, and stored unchanged in the ring.
[[gnu::noinline]] void emit(char c, uint8_t log_flags) {
    if constexpr (config::evidence_size != 0)
        evidence::log::put(arch::this_cpu().id, c, log_flags);
    if (uart != nullptr) {
        if (c == '\n')
            uart->put(port, '\r');
        uart->put(port, c);
    }
    if (config::virtual_console && use_virtual)
        virtual_console::append(c);
}

class Output final : public Sink {
public:
    void put(char c) override { emit(c, 0); }
};

} // namespace

Exclusive::Exclusive() : outermost_{owner.load_relaxed() != &arch::this_cpu()} {
    Cpu* expected = nullptr;
    for (unsigned i = 0; outermost_ && i < kPatience; i++, expected = nullptr) {
        if (owner.compare_exchange(expected, &arch::this_cpu()))
            break;
        arch::relax();
    }
    if (config::virtual_console && outermost_ && use_virtual)
        virtual_console::begin();
}

Exclusive::~Exclusive() {
    if (!outermost_)
        return;
    if (config::virtual_console && use_virtual)
        virtual_console::end();
    owner.store_release(nullptr);
}

bool has_uart(const brig_console& description) {
    return (description.flags & BRIG_CON_MMIO) != 0 &&
           find_uart(static_cast<uint8_t>(description.type)) != nullptr;
}

void open_early(const EarlyUart& early) {
    port = early.port;
    if (early.driver != nullptr && early.divider != 0 && early.driver->init != nullptr)
        early.driver->init(port, early.divider);
    uart = early.driver;
}

void open(const brig_console& description, bool virtual_console) {
    use_virtual = virtual_console;
    uart = nullptr;
    if (!has_uart(description))
        return;
    port = {description.address, (description.flags & BRIG_CON_REGDIST_4) != 0};
    const UartDriver* driver = find_uart(static_cast<uint8_t>(description.type));
    if (description.divider != 0 && driver->init != nullptr)
        driver->init(port, description.divider);
    uart = driver;
}

void put(char c) {
    const Exclusive turn;
    emit(c, BRIG_LOG_CELL);
}

void vprint(const char* text, const FormatArg* args, size_t count) {
    const Exclusive turn;
    Output output;
    vformat(output, text, args, count);
}

void vprint_alone(const char* text, const FormatArg* args, size_t count) {
    Output output;
    vformat(output, text, args, count);
}

} // namespace brig::console
