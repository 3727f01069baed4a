// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cli.hpp"

namespace brig::cli {

constexpr const char* live_symbols = "/proc/kallsyms";

void add_record_command(Program& program, CLI::App& trace_group);

} // namespace brig::cli
