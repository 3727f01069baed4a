// SPDX-License-Identifier: Apache-2.0
// The hypervisor's voice: the board's UART and the virtual console page, whole lines at a time.
#pragma once

#include "brig/config.h"
#include "brig_config.hpp"
#include "lib/error.hpp"
#include "lib/format.hpp"

namespace brig::console {

enum class Level : unsigned { error = 0, warning = 1, info = 2, debug = 3 };

/// Chooses the outputs that the system configuration names; until then the early console speaks, if
/// the board has one. The UART must be mapped; it is programmed if the configuration gives a
/// divider.
void open(const brig_console& description, bool virtual_console);
/// Physical address range of the UART, empty if there is none that this build can drive.
bool has_uart(const brig_console& description);

/// One byte, as a cell's putc hypercall wants it.
void put(char c);

void vprint(const char* text, const FormatArg* args, size_t count);

/// Always printed: what the ABI promises.
template <typename... Args>
void print(const char* text, Args... args) {
    const FormatArg list[] = {FormatArg{args}..., FormatArg{0u}};
    vprint(text, list, sizeof...(args));
}

/// Printed if the build's log level includes it; otherwise no code is left.
template <Level level, typename... Args>
void log(const char* text, Args... args) {
    if constexpr (static_cast<unsigned>(level) <= config::log_level)
        print(text, args...);
}

/// While the object lives, no other CPU prints: they wait. For dumps.
class Exclusive {
public:
    Exclusive();
    ~Exclusive();
    Exclusive(const Exclusive&) = delete;
    Exclusive& operator=(const Exclusive&) = delete;

private:
    bool outermost_;
};

} // namespace brig::console
