// SPDX-License-Identifier: Apache-2.0
#include "console/console.hpp"

#include "arch/this_cpu.hpp"
#include "console/uart.hpp"
#include "console/virtual_console.hpp"
#include "lib/atomic.hpp"

namespace brig::console {

namespace {

const UartDriver* uart = nullptr;
UartPort port;
bool use_virtual = false;
constinit SpinLock lock;
constinit Atomic<Cpu*> panicking{nullptr};

bool is_muted() {
    const Cpu* owner = panicking.load_acquire();
    return owner != nullptr && owner != &arch::this_cpu();
}

/// A line feed is preceded by a carriage return on the wire, and stored unchanged in the ring.
void emit(char c) {
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
    Output() {
        lock.lock();
        if (config::virtual_console && use_virtual)
            virtual_console::begin();
    }
    ~Output() {
        if (config::virtual_console && use_virtual)
            virtual_console::end();
        lock.unlock();
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void put(char c) override { emit(c); }
};

} // namespace

bool has_uart(const brig_console& description) {
    return (description.flags & BRIG_CON_MMIO) != 0 &&
           find_uart(static_cast<uint8_t>(description.type)) != nullptr;
}

void open(const brig_console& description, bool virtual_console) {
    use_virtual = virtual_console;
    if (!has_uart(description))
        return;
    port = {description.address, (description.flags & BRIG_CON_REGDIST_4) != 0};
    const UartDriver* driver = find_uart(static_cast<uint8_t>(description.type));
    if (description.divider != 0 && driver->init != nullptr)
        driver->init(port, description.divider);
    uart = driver;
}

void put(char c) {
    if (is_muted())
        return;
    Output output;
    output.put(c);
}

void vprint(const char* text, const FormatArg* args, size_t count) {
    if (is_muted())
        return;
    Output output;
    vformat(output, text, args, count);
}

bool begin_panic() {
    Cpu* self = &arch::this_cpu();
    Cpu* owner = nullptr;
    return panicking.compare_exchange(owner, self) || owner == self;
}

void end_panic() {
    if (!is_muted())
        panicking.store_release(nullptr);
}

} // namespace brig::console
