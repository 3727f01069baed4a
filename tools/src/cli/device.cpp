// SPDX-License-Identifier: Apache-2.0
#include "device/device.hpp"
#include "cli/cli.hpp"

#include <memory>

namespace brig::cli {

void add_device_commands(Program& program) {
    auto file = std::make_shared<std::string>();
    CLI::App* enable =
        add_command(program.app, "enable",
                    "Start the hypervisor below this Linux, which becomes the root cell.",
                    "brig enable root.cell");
    enable->add_option("SYSCONFIG", *file, "system file (root.cell)")->required();
    enable->callback([file] { device::enable(read_file(*file, "system configuration"), *file); });

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
