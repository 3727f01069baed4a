// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "config/binary.hpp"
#include "device/device.hpp"
#include "doctor/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <memory>

namespace brig::cli {

namespace {

using namespace brig::doctor;

struct DoctorArguments {
    std::vector<std::string> files; // the system file first
    Sources sources;
    std::string root = "/";
    bool json = false;
    bool list = false;
    bool no_console = false;
};

config::Configuration read_configuration(const std::vector<std::string>& files) {
    config::Configuration configuration;
    configuration.system =
        config::parse_system(read_file(files[0], "system configuration"), files[0]);
    for (size_t i = 1; i < files.size(); i++)
        configuration.cells.push_back(
            config::parse_cell(read_file(files[i], "cell configuration"), files[i]));
    return configuration;
}

// The one check that needs more than a look.
doctor::Line test_console(const Subject& subject, const std::vector<doctor::Line>& lines,
                          const std::string& file) {
    if (const std::string obstacle = console_test_obstacle(subject, lines); !obstacle.empty())
        return {console_test_id, Verdict::Warn, "left out: " + obstacle,
                "run `brig doctor root.cell` again when that is settled"};
    const Bytes config = read_file(file, "system configuration");
    return console_test_line(subject.system()->debug_console, device::console_test(config, file));
}

int run_doctor(DoctorArguments& arguments) {
    if (arguments.list) {
        fmt::print("{}", check_table());
        return 0;
    }
    arguments.sources.root = arguments.root;
    std::optional<config::Configuration> configuration;
    size_t size = 0;
    if (!arguments.files.empty()) {
        configuration = read_configuration(arguments.files);
        size = std::filesystem::file_size(arguments.files[0]);
    }
    const Target target = look_at(arguments.sources);
    const Subject subject{target, std::move(configuration), size};
    std::vector<doctor::Line> lines = examine(subject);
    if (!arguments.no_console && !arguments.files.empty())
        lines.push_back(test_console(subject, lines, arguments.files[0]));
    if (arguments.json)
        fmt::print("{}", json_text(report_json(lines)));
    else
        fmt::print("{}", report(lines));
    return count(lines).failed == 0 ? 0 : 1;
}

void add_source_options(CLI::App& command, DoctorArguments& arguments) {
    command.add_option("--root", arguments.root,
                       "look at files copied from a machine below this directory, instead of at "
                       "this machine");
    Sources& sources = arguments.sources;
    command.add_option("--board", sources.board, "device tree, instead of /sys/firmware/fdt");
    command.add_option("--iomem", sources.iomem, "copy of /proc/iomem, made as root");
    command.add_option("--image", sources.image,
                       "hypervisor image, instead of "
                       "/lib/firmware/brig.bin");
    command.add_option("--module", sources.module, "brig.ko, if it is not where modules are");
    command.add_option("--kernel-config", sources.kernel_config,
                       "the kernel's .config, instead of /boot/config-RELEASE");
}

} // namespace

void add_doctor_command(Program& program) {
    auto arguments = std::make_shared<DoctorArguments>();
    CLI::App* command = add_command(
        program.app, "doctor",
        "Look for what stands in the way of enabling Brig on this machine; changes nothing. Each "
        "line is pass, warn or fail, with the remedy. At the end the hypervisor's UART driver "
        "prints one line. Exit status: 0 nothing failed, 1 something failed, 2 wrong usage or "
        "unreadable input.",
        "brig doctor root.cell hello.cell");
    command->add_option("FILE", arguments->files, "system file, then the files of the cells");
    command->add_flag("--json", arguments->json, "print JSON");
    command->add_flag("--no-console", arguments->no_console, "leave the console's self-test out");
    command->add_flag("--list", arguments->list, "only list the checks");
    add_source_options(*command, *arguments);
    command->callback([&program, arguments] {
        try {
            program.status = run_doctor(*arguments);
        } catch (const Error& error) {
            fmt::print(stderr, "brig doctor: {}\n", error.what());
            program.status = 2;
        }
    });
}

} // namespace brig::cli
