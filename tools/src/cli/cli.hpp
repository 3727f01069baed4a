// SPDX-License-Identifier: Apache-2.0
// Each group of commands adds itself to the program; a command's callback sets the exit status.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace brig::cli {

struct Program {
    CLI::App app;
    int status = 0;
};

void add_device_commands(Program& program);  // enable, disable, console
void add_doctor_command(Program& program);   // doctor
void add_cell_commands(Program& program);    // cell ...
void add_config_commands(Program& program);  // config ...
void add_map_command(Program& program);      // map
void add_port_commands(Program& program);    // port ...
void add_rehearse_command(Program& program); // rehearse
void add_learn_commands(Program& program);   // learn ...
void add_trace_commands(Program& program);   // trace ...
void add_decode_command(Program& program);   // decode
void add_log_command(Program& program);      // log

void add_stats_command(CLI::App& cell_group);
void add_import_command(Program& program, CLI::App& config_group);

// A command whose help shows description, options and an example.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& example);

} // namespace brig::cli
