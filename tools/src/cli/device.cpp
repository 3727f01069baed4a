// SPDX-License-Identifier: Apache-2.0
#include "device/device.hpp"
#include "cli/cli.hpp"
#include "cli/decode_stream.hpp"
#include "device/learn.hpp"
#include "doctor/gate.hpp"
#include "util/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace brig::cli {

namespace {

void print_now(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        fail("writing the console to standard output: {}", std::strerror(errno));
}

// With the device tree of this machine; its addresses are those of the root cell.
void explain_console(bool follow) {
    const decode::Knowledge knowledge = read_knowledge({});
    decode::SourceFiles files;
    if (std::filesystem::exists("/sys/firmware/fdt") && geteuid() == 0)
        files.tree = "/sys/firmware/fdt";
    DecodeStream stream(knowledge, files, {.echo = true});
    device::read_console(follow, [&](std::string_view text) { stream.feed(text); });
    stream.finish();
}

} // namespace

void add_device_commands(Program& program) {
    struct Enable {
        std::string file;
        bool learn = false;
        bool force = false;
        bool no_doctor = false;
    };
    auto arguments = std::make_shared<Enable>();
    CLI::App* enable = add_command(
        program.app, "enable",
        "Start the hypervisor below this Linux, which becomes the root cell. The checks of "
        "`brig doctor` that would end badly come first.",
        "brig enable root.cell");
    enable->add_option("SYSCONFIG", arguments->file, "system file (root.cell)")->required();
    enable->add_flag("--force", arguments->force,
                     "go on in spite of failed checks, unless they are deadly");
    enable->add_flag("--no-doctor", arguments->no_doctor, "leave the checks out");
    enable->add_flag("--learn", arguments->learn,
                     "with learn mode on: what the configuration lacks is let through and recorded "
                     "(see `brig learn --help`); not for production");
    enable->callback([arguments] {
        const std::string& file = arguments->file;
        Bytes config = read_file(file, "system configuration");
        // Learn mode is there for configurations that lack something.
        if (!arguments->no_doctor)
            doctor::before_enable(config, file, arguments->force || arguments->learn);
        if (arguments->learn)
            device::request_learn_mode(config, file);
        device::enable(config, file);
    });

    CLI::App* disable = add_command(
        program.app, "disable",
        "Destroy all cells and remove the hypervisor; Linux goes on as before.", "brig disable");
    disable->allow_extras(); // as the reference does
    disable->callback([] { device::disable(); });

    struct Console {
        bool follow = false;
        bool decode = false;
    };
    auto console_arguments = std::make_shared<Console>();
    CLI::App* console = add_command(program.app, "console",
                                    "Print what hypervisor and cells wrote to the virtual console.",
                                    "brig console --follow --decode");
    console->add_flag("-f,--follow", console_arguments->follow, "wait for more until killed");
    console->add_flag("--decode", console_arguments->decode,
                      "explain failures as they come (see `brig decode --help`)");
    console->callback([console_arguments] {
        if (console_arguments->decode)
            explain_console(console_arguments->follow);
        else
            device::read_console(console_arguments->follow, print_now);
    });
}

} // namespace brig::cli
