// SPDX-License-Identifier: Apache-2.0
// The driver's device node: one function per ioctl. All throw Error with the cause and, for the
// errors the driver is known to return, what to do.
#pragma once

#include "util/file.hpp"

#include <brig/ioctl.h>
#include <functional>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace brig::device {

// A cell as a command line names it.
struct CellRef {
    int32_t id = -1; // -1: by name
    std::string name;

    std::string text() const; // "cell 1", "cell `hello`"
};

// A word that is a non-negative integer is an id, unless `force_name`; names are cut to 31 bytes.
CellRef parse_cell_ref(std::string_view word, bool force_name);

struct Image {
    std::string origin; // for messages
    Bytes content;
    uint64_t address = 0; // guest
};

void enable(const Bytes& config, const std::string& file);
void disable();
void create_cell(const Bytes& config, const std::string& file);
// Without images: shut the cell down.
void load_cell(const CellRef& cell, const std::vector<Image>& images);
void start_cell(const CellRef& cell);
void destroy_cell(const CellRef& cell);

// What only the driver can find out before enabling; fails while Brig is enabled.
brig_inspection inspect();
// Has the hypervisor image print one line on the configuration's debug console. Returns 0 or the
// driver's errno (include/brig/ioctl.h, BRIG_IOCTL_CONSOLE_TEST).
int console_test(const Bytes& config, const std::string& file);

// Gives the hypervisor's console to `take`, in pieces: what is there, or (follow) until killed.
void read_console(bool follow, const std::function<void(std::string_view)>& take);

enum class Operation { Open, Enable, Disable, Create, Load, Shutdown, Start, Destroy, Console };

// The likely cause and remedy of an errno, as the tail of a message; empty when nothing is known.
std::string_view explain(Operation operation, int error);

} // namespace brig::device
