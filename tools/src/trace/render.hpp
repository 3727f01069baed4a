// SPDX-License-Identifier: Apache-2.0
// A recording for the eye.
#pragma once

#include "trace/recording.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::trace {

// The Trace Event Format (JSON object form), which Perfetto's and Chrome's viewers open: a process
// per cell, a thread per CPU, an event per exit.
nlohmann::ordered_json trace_events(const Recording& recording);

// Exits over time: a lane per CPU, a column per slice of time, a colour per kind. SVG.
std::string plot_svg(const Recording& recording);

// One line per exit, oldest first; times count back from the last one. At most `most`, the last.
std::string exits_text(const Recording& recording, unsigned cpu, size_t most);

} // namespace brig::trace
