// SPDX-License-Identifier: Apache-2.0
// The rehearsal itself is scripts/lib/run_rehearsal.py, which gets the options as JSON; here is
// what both need of the board's tree (--derive).
#include "cli/cli.hpp"
#include "config/compile.hpp"
#include "config/overlay.hpp"
#include "rehearse/twin.hpp"
#include "rehearse/twin_json.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace brig::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* runner = "scripts/lib/run_rehearsal.py";

struct RehearseArguments {
    std::string tree;
    std::string twin;
    std::string partition;
    std::string memory;
    std::string output;
    // of the run
    std::string board;
    std::string bsp = "bsp";
    std::string kernel = "6.12";
    std::string modules;
    std::vector<std::string> inmates;
    unsigned rounds = 1;
    bool interactive = false;
    bool json = false;
    // of --derive
    bool derive = false;
    std::string overlay;
};

// "512M", "2G", "0x80000000".
uint64_t bytes_of(const std::string& text) {
    static constexpr std::string_view units = "KMGT";
    size_t unit = text.empty() ? std::string::npos : units.find(text.back());
    std::string digits = unit == std::string::npos ? text : text.substr(0, text.size() - 1);
    auto number = parse_number(digits);
    unsigned shift = unit == std::string::npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
    if (!number || *number == 0 || *number >> (63 - shift))
        fail("reading the size of RAM `{}`: write it like 512M or 2G", text);
    return *number << shift;
}

// The board's tree with the BSP's overlay, which may be source.
Bytes board_tree(const RehearseArguments& arguments) {
    config::DtcOptions dtc;
    Bytes tree = config::load_device_tree(arguments.tree, dtc, "board tree", true).blob;
    if (arguments.twin.empty())
        return tree;
    Bytes overlay = config::load_device_tree(arguments.twin, dtc, "twin overlay", true).blob;
    return config::apply_overlay(tree, overlay, "twin overlay");
}

// RAM as a partition file states it; that of the tree if it does not.
std::vector<Range> partition_banks(const std::string& file, const Bytes& tree) {
    TemporaryDirectory directory;
    write_files(directory.path(), {{"board.dtb", tree}});
    config::CompileOptions options;
    options.board = directory.path() / "board.dtb";
    return config::load_partition(file, options).board->ram;
}

int run_derive(const RehearseArguments& arguments) {
    if (arguments.output.empty())
        fail("deriving a twin: say where its files go, with --output");
    rehearse::Options options;
    if (!arguments.memory.empty())
        options.memory = bytes_of(arguments.memory);
    Bytes tree = board_tree(arguments);
    if (!arguments.partition.empty())
        options.banks = partition_banks(arguments.partition, tree);
    if (!arguments.overlay.empty())
        options.overlay = read_file(arguments.overlay, "reserved-memory overlay");
    rehearse::Twin twin = rehearse::derive(tree, arguments.tree, options);
    std::string json = json_text(rehearse::twin_json(twin));
    write_files(arguments.output, {{"machine.dtb", twin.machine_tree},
                                   {"linux.dtb", twin.linux_tree},
                                   {"twin.json", Bytes(json.begin(), json.end())}});
    if (arguments.json)
        fmt::print("{}", json);
    return 0;
}

// The top folder of Brig's tree: that of this program, unless BRIG_SDK names another.
fs::path sdk() {
    if (const char* named = std::getenv("BRIG_SDK")) {
        if (!fs::exists(fs::path(named) / runner))
            fail("looking for {} in {} (BRIG_SDK): it is not there", runner, named);
        return named;
    }
    std::error_code error;
    fs::path self = fs::read_symlink("/proc/self/exe", error);
    for (fs::path at = self.parent_path(); at.has_relative_path(); at = at.parent_path())
        if (fs::exists(at / runner))
            return at;
    fail("looking for Brig's source tree above {}: a rehearsal builds Brig for the board, so it "
         "needs {} there. Run the program of a build tree, or set BRIG_SDK to the source tree",
         self.string(), runner);
}

std::string absolute(const std::string& file) {
    return file.empty() ? "" : fs::absolute(file).string();
}

int run_rehearsal(const RehearseArguments& arguments) {
    if (!arguments.memory.empty())
        bytes_of(arguments.memory);
    nlohmann::ordered_json options = {
        {"tree", absolute(arguments.tree)},
        {"twin", absolute(arguments.twin)},
        {"partition", absolute(arguments.partition)},
        {"memory", arguments.memory},
        {"output", absolute(arguments.output)},
        {"board", arguments.board},
        {"bsp", arguments.bsp == "bsp" ? "" : absolute(arguments.bsp)},
        {"kernel", arguments.kernel},
        {"modules", absolute(arguments.modules)},
        {"inmates", arguments.inmates},
        {"rounds", arguments.rounds},
        {"interactive", arguments.interactive},
        {"json", arguments.json},
        {"tool", fs::read_symlink("/proc/self/exe").string()},
    };
    std::string script = sdk() / runner;
    std::string text = options.dump();
    const char* words[] = {"/usr/bin/python3", script.c_str(), text.c_str(), nullptr};
    execv(words[0], const_cast<char* const*>(words)); // execv() does not change them
    fail("starting {}: {}", words[0], std::strerror(errno));
}

void add_run_options(CLI::App* command, const std::shared_ptr<RehearseArguments>& arguments) {
    command
        ->add_option("--board", arguments->board,
                     "a board that has its folder already (rk3588 ...), instead of one made from "
                     "the tree by `brig port new`")
        ->group("What runs");
    command->add_option("--bsp", arguments->bsp, "the folder that has the folder of --board")
        ->group("What runs")
        ->capture_default_str();
    command
        ->add_option("--partition", arguments->partition,
                     "partition file (default: the one to start from that `brig port new` makes)")
        ->group("What runs");
    command
        ->add_option("--kernel", arguments->kernel,
                     "6.12, 6.1, 5.10 or 5.10-no-vhe of the cache, or the path of an Image")
        ->group("What runs")
        ->capture_default_str();
    command
        ->add_option("--modules", arguments->modules,
                     "brig.ko that was built for the Image of --kernel")
        ->group("What runs");
    command
        ->add_option("--inmate", arguments->inmates,
                     "CELL=FILE: program of a cell (default: hello.bin); may be repeated")
        ->group("What runs")
        ->allow_extra_args(false);
    command
        ->add_option("--rounds", arguments->rounds,
                     "how many times each cell is created, run and destroyed")
        ->group("What runs")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
}

void add_derive_options(CLI::App* command, const std::shared_ptr<RehearseArguments>& arguments) {
    const char* group = "For --derive";
    command
        ->add_flag("--derive", arguments->derive,
                   "run nothing: only write machine.dtb, linux.dtb and twin.json to --output")
        ->group(group);
    command->add_option("--overlay", arguments->overlay, "reserved-memory.dtbo, for linux.dtb")
        ->group(group);
}

} // namespace

void add_rehearse_command(Program& program) {
    auto arguments = std::make_shared<RehearseArguments>();
    CLI::App* command = add_command(
        program.app, "rehearse",
        "Try a port on an emulated twin of the board, made from its device tree: boots a Debian "
        "kernel, runs doctor, enable, every cell and disable with the very binaries that go to "
        "the board, and reports what passed, what was touched that is not modelled, and what "
        "remains to be looked at on the board. Exit status: 0 passed, 1 a stage failed, 2 wrong "
        "usage.",
        "brig rehearse rk3588-orangepi-5-plus.dtb --board rk3588 "
        "--partition bsp/rk3588/orangepi-5-plus.dts");
    command->add_option("BOARD", arguments->tree, "the board's device tree (.dtb)")->required();
    command->add_option("--twin", arguments->twin,
                        "overlay with what boot loader and firmware know and the tree does not "
                        "(default: twin.dtso of the board's folder)");
    command->add_option("--memory", arguments->memory,
                        "installed RAM, like 2G (default: what partition file or tree say)");
    command->add_option("-o,--output", arguments->output,
                        "keep all files and logs there (default: below build/rehearse)");
    command->add_flag("--interactive", arguments->interactive,
                      "end in a shell of the root cell, after enable");
    command->add_flag("--json", arguments->json, "print the report as JSON");
    add_run_options(command, arguments);
    add_derive_options(command, arguments);
    command->callback([&program, arguments] {
        program.status = arguments->derive ? run_derive(*arguments) : run_rehearsal(*arguments);
    });
}

} // namespace brig::cli
