// SPDX-License-Identifier: Apache-2.0
// The ring that the root cell reads, in a page of its own (its offset is in the image header).
// Calls are serialised by the console.
#pragma once

namespace brig::virtual_console {

void begin();
void append(char c);
void end();

} // namespace brig::virtual_console
