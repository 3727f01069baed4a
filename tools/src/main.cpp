// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

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

// Wrong usage has status 1, as all failures; `config check` keeps 1 for findings.
int usage_error(const Program& program, const CLI::ParseError& error) {
    const CLI::App* app = &program.app;
    bool config_check = false;
    std::string name = "brig";
    for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands()) {
        app = chosen[0];
        config_check = name == "brig config" && app->get_name() == "check";
        name += " " + app->get_name();
    }
    fmt::print("{}", app->help());
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return config_check ? 2 : 1;
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
    add_config_commands(program);
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
