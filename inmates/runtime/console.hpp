// SPDX-License-Identifier: Apache-2.0
// The console: a UART, the hypervisor's putc call, both or none.
#pragma once

namespace brig::console {

// From the communication region, overridden by con-* parameters of the command line.
void init();

// One byte; a line feed is preceded by a carriage return.
void put(char c);

} // namespace brig::console
