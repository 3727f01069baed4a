// SPDX-License-Identifier: Apache-2.0
#include "device/device.hpp"
#include "cli/cli.hpp"
#include "device/learn.hpp"

#include <memory>

namespace brig::cli {

void add_device_commands(Program& program) {
    auto file = std::make_shared<std::string>();
    auto learn = std::make_shared<bool>(false);
    CLI::App* enable =
        add_command(program.app, "enable",
                    "Start the hypervisor below this Linux, which becomes the root cell.",
                    "brig enable root.cell");
    enable->add_option("SYSCONFIG", *file, "system file (root.cell)")->required();
    enable->add_flag("--learn", *learn,
                     "with learn mode on: what the configuration lacks is let through and recorded "
                     "(see `brig learn --help`); not for production");
    enable->callback([file, learn] {
        Bytes config = read_file(*file, "system configuration");
        if (*learn)
            device::request_learn_mode(config, *file);
        device::enable(config, *file);
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
