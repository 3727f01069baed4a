// SPDX-License-Identifier: Apache-2.0
// What `brig log` prints around the dump of a crash record: a heading in front; behind it the
// system registers in columns, and the CPU's last exits.
#pragma once

#include "decode/event.hpp"
#include "decode/line.hpp"

namespace brig::decode {

// Is this the heading? Then CPU and time of the event are those of the record.
bool starts_record(const Line& line);
void take_record_heading(const Line& line, Event& event);

// A line of registers or exits behind the dump is added to the event; false: it is something else.
// Known names of registers also go to the fields of their own (FAR_EL2 to `far` ...).
bool take_record_line(const Line& line, Event& event);

} // namespace brig::decode
