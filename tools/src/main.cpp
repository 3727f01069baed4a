// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

#ifndef BRIG_VERSION
#define BRIG_VERSION "0.1"
#endif

namespace brig::cli {

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& example) {
    CLI::App* command = parent.add_subcommand(name, description);
    command->footer("Example:\n  " + example);
    return command;
}

namespace {

// "there is no command `confg`" instead of what CLI11 says then ("a subcommand is required").
std::string reason(const CLI::App& app, const CLI::ParseError& error) {
    std::vector<std::string> words = app.remaining();
    if (words.empty() || app.get_require_subcommand_min() == 0)
        return error.what();
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    std::vector<std::string_view> known(names.begin(), names.end());
    return fmt::format("there is no command or option `{}`{}", words[0],
                       suggestion(words[0], known));
}

// Wrong usage has status 1, as all failures; those below keep 1 for findings, or none.
int usage_error(const Program& program, const CLI::ParseError& error) {
    const CLI::App* app = &program.app;
    std::string name = "brig";
    for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands()) {
        app = chosen[0];
        name += " " + app->get_name();
    }
    fmt::print("{}", program.app.help());
    std::fflush(stdout);
    fmt::print(stderr, "{}: {}\n", name, reason(*app, error));
    static constexpr std::string_view with_findings[] = {"brig config check", "brig doctor",
                                                         "brig decode", "brig rehearse"};
    return std::find(std::begin(with_findings), std::end(with_findings), name) !=
                   std::end(with_findings)
               ? 2
               : 1;
}

int run(int argc, char** argv) {
    Program program;
    program.app.name("brig");
    program.app.description("Partition a machine with Brig: describe cells, start and watch them.");
    program.app.footer("`brig COMMAND --help` explains a command and shows an example.");
    program.app.set_version_flag("--version", "Brig management tool " BRIG_VERSION);
    program.app.require_subcommand(1);
    // DEV
    // CELL
    add_device_commands(program);
    add_doctor_command(program);
    add_cell_commands(program);
    add_config_commands(program);
    add_map_command(program);
    add_port_commands(program);
    add_rehearse_command(program);
    add_learn_commands(program);
    add_trace_commands(program);
    add_decode_command(program);
    add_log_command(program);
    try {
        program.app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return program.app.exit(success); // --help, --version
    } catch (const CLI::ParseError& error) {
        return usage_error(program, error);
    }
    return program.status;
}

} // namespace

} // namespace brig::cli

int main(int argc, char** argv) {
    try {
        int status = brig::cli::run(argc, argv);
        if (std::fflush(stdout) != 0) {
            fmt::print(stderr, "brig: writing to standard output: {}\n", std::strerror(errno));
            return 1;
        }
        return status;
    } catch (const std::exception& error) {
        std::fflush(stdout);
        fmt::print(stderr, "brig: {}\n", error.what());
        return 1;
    }
}
