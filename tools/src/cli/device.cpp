// SPDX-License-Identifier: Apache-2.0
#include "device/device.hpp"
#include "cli/cli.hpp"
#include "device/learn.hpp"
#include "doctor/gate.hpp"

#include <memory>

namespace brig::cli {

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

    auto follow = std::make_shared<bool>(false);
    CLI::App* console = add_command(program.app, "console",
                                    "Print what hypervisor and cells wrote to the virtual console.",
                                    "brig console --follow");
    console->add_flag("-f,--follow", *follow, "wait for more until killed");
    console->callback([follow] { device::copy_console(*follow); });
}

} // namespace brig::cli
