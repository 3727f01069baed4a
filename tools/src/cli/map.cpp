// SPDX-License-Identifier: Apache-2.0
#include "board/names.hpp"
#include "cli/cli.hpp"
#include "config/binary.hpp"
#include "config/checks.hpp"
#include "config/compile.hpp"
#include "config/revisions.hpp"
#include "map/render.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace brig::cli {

namespace {

struct MapArguments {
    std::vector<std::string> files;
    std::string format;
    std::string output;
    std::string title;
    std::string board;
    std::string iomem;
    config::DtcOptions dtc;
    unsigned width = 0;
    bool all = false;
};

struct Input {
    config::Configuration configuration;
    std::vector<Range> reserved;
    config::Findings findings;
    // Of a partition in terms of a board's tree; its devices point into it.
    std::shared_ptr<const config::BoardView> board;
};

bool is_binary(const Bytes& content) {
    return content.size() >= 3 && content[0] == 'J' && content[1] == 'H' &&
           (content[2] == 'S' || content[2] == 'C');
}

Input read_binary(const std::vector<std::string>& files) {
    Input input;
    bool found = false;
    for (const auto& name : files) {
        config::Upgraded file = config::upgrade(read_file(name, "configuration"), name);
        config::ParsedFile parsed = config::parse_file(file.content, name);
        if (auto* cell = std::get_if<config::Cell>(&parsed)) {
            input.configuration.cells.push_back(std::move(*cell));
        } else if (found) {
            fail("drawing {}: {} is a system file already, a map has one", name,
                 input.configuration.system.where);
        } else {
            input.configuration.system = std::move(std::get<config::System>(parsed));
            found = true;
        }
    }
    if (!found)
        fail("drawing {}: there is no system file (root.cell) among the files, which says what "
             "there is to give away: add it",
             files[0]);
    input.findings = config::check(input.configuration, config::binary_words());
    return input;
}

// A board's tree only gives names to a partition that states everything by address; one in terms of
// the tree cannot do without.
config::Partition load(const std::string& file, const config::DtcOptions& dtc,
                       const std::string& board) {
    bool names_tree = !config::board_tree_of(config::load_device_tree(file, dtc).blob).empty();
    if (!names_tree && !board.empty()) {
        config::Partition partition = config::load_partition(file, {dtc, {}});
        return has_errors(partition.findings) ? config::load_partition(file, {dtc, board})
                                              : std::move(partition);
    }
    return config::load_partition(file, {dtc, board});
}

Input read_partition_file(const std::string& file, const config::DtcOptions& dtc,
                          const std::string& board) {
    config::Partition partition = load(file, dtc, board);
    if (has_errors(partition.findings)) {
        std::string text;
        for (const auto& finding : partition.findings)
            text += "\n  " + finding.text;
        fail("drawing {}: it is not understood:{}", file, text);
    }
    config::Findings findings = config::check_partition(partition);
    return {std::move(partition.configuration), std::move(partition.reserved), std::move(findings),
            std::move(partition.board)};
}

Input read_input(const MapArguments& arguments) {
    if (is_binary(read_file(arguments.files[0], "configuration")))
        return read_binary(arguments.files);
    if (arguments.files.size() > 1)
        fail("drawing {}: it is a partition file, which is drawn by itself: leave {} out",
             arguments.files[0], arguments.files[1]);
    return read_partition_file(arguments.files[0], arguments.dtc, arguments.board);
}

bool set(const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value;
}

bool utf8_locale() {
    for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"})
        if (set(variable)) {
            std::string value = std::getenv(variable);
            return value.find("UTF-8") != std::string::npos ||
                   value.find("utf8") != std::string::npos;
        }
    return false;
}

map::TextStyle text_style(const MapArguments& arguments) {
    map::TextStyle style;
    style.all = arguments.all;
    bool terminal = arguments.output.empty() && isatty(STDOUT_FILENO);
    style.colour = terminal && !set("NO_COLOR");
    style.unicode = !arguments.output.empty() || utf8_locale();
    winsize size{};
    if (arguments.width)
        style.columns = arguments.width;
    else if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        style.columns = size.ws_col;
    return style;
}

std::string format_of(const MapArguments& arguments) {
    if (!arguments.format.empty())
        return arguments.format;
    std::string suffix = std::filesystem::path(arguments.output).extension().string();
    if (suffix == ".svg" || suffix == ".html" || suffix == ".json")
        return suffix.substr(1);
    return "text";
}

board::Names read_names(const board::Tree& tree, const std::string& iomem) {
    return board::read_names(tree, iomem.empty() ? std::optional<board::Iomem>()
                                                 : board::load_iomem(iomem));
}

int run_map(const MapArguments& arguments) {
    Input input = read_input(arguments);
    board::Names names;
    if (!arguments.board.empty())
        names = read_names(board::Tree::load(arguments.board), arguments.iomem);
    else if (input.board)
        names = read_names(input.board->tree, arguments.iomem);
    std::string title =
        arguments.title.empty() ? input.configuration.system.root.name : arguments.title;
    map::Map map =
        map::make_map({input.configuration, input.reserved, names, input.findings, title});
    std::string format = format_of(arguments);
    std::string out;
    if (format == "svg")
        out = map_svg(map);
    else if (format == "html")
        out = map_html(map);
    else if (format == "json")
        out = json_text(map_json(map));
    else
        out = map_text(map, text_style(arguments));
    if (arguments.output.empty())
        fmt::print("{}", out);
    else
        write_file(arguments.output, out);
    return 0;
}

} // namespace

void add_map_command(Program& program) {
    auto arguments = std::make_shared<MapArguments>();
    CLI::App* command = add_command(
        program.app, "map",
        "Draw the physical address space and who owns it, with CPUs, interrupts and consoles: of "
        "a partition file, or of a system file with any number of cell files. Faulty "
        "configurations are drawn, too, with their faults marked.",
        "brig map root.cell hello.cell\n  brig map partition.dts -o map.html");
    command->add_option("FILE", arguments->files, "partition file, or system and cell files")
        ->required();
    command
        ->add_option("--format", arguments->format,
                     "text, svg, html or json; default: by the name of the output, else text")
        ->check(CLI::IsMember({"text", "svg", "html", "json"}));
    command->add_option("-o,--output", arguments->output,
                        "file to write; default: standard output");
    command->add_option(
        "--board", arguments->board,
        "the board's device tree (.dtb): names of devices, RAM, what firmware has; default: the "
        "one that the partition file names");
    command->add_option("--iomem", arguments->iomem,
                        "copy of the board's /proc/iomem: its RAM, where the tree has none");
    command->add_option("--title", arguments->title, "headline; default: the root cell's name");
    command
        ->add_option("--width", arguments->width,
                     "columns of text; default: the terminal's, else 80")
        ->check(CLI::Range(40, 1000));
    command->add_flag("--all", arguments->all, "text: show every region, fold nothing");
    command->add_option("--dtc", arguments->dtc.dtc, "device-tree compiler")->capture_default_str();
    command
        ->add_option("--include", arguments->dtc.include_directories,
                     "directory for /include/ files; may be repeated")
        ->allow_extra_args(false);
    command->callback([&program, arguments] { program.status = run_map(*arguments); });
}

} // namespace brig::cli
