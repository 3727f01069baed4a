// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"

#include "cli/cli.hpp"
#include "device/names.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace brig::cli {

namespace {

using device::CellRef;

constexpr const char* cell_help = "id or name of the cell";

struct CellArgument {
    std::string word;
    bool force_name = false;

    CellRef ref() const { return device::parse_cell_ref(word, force_name); }
};

std::shared_ptr<CellArgument> add_cell_argument(CLI::App& command) {
    auto argument = std::make_shared<CellArgument>();
    command.add_option("CELL", argument->word, cell_help)->required();
    command.add_flag("--name", argument->force_name, "CELL is a name, even if it is a number");
    return argument;
}

template <typename Action>
void add_simple(CLI::App& group, const char* name, const char* description, Action action) {
    CLI::App* command =
        add_command(group, name, description, fmt::format("brig cell {} hello", name));
    auto argument = add_cell_argument(*command);
    command->callback([argument, action] { action(argument->ref()); });
}

void add_create(CLI::App& group) {
    auto file = std::make_shared<std::string>();
    CLI::App* command = add_command(
        group, "create", "Create a cell: its CPUs, memory and devices leave the root cell.",
        "brig cell create hello.cell");
    command->add_option("CELLCONFIG", *file, "cell file")->required();
    command->callback(
        [file] { device::create_cell(read_file(*file, "cell configuration"), *file); });
}

void add_list(CLI::App& group) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = add_command(group, "list", "List all cells.", "brig cell list");
    command->add_flag("--json", *json, "print JSON");
    command->callback([json] {
        auto cells = device::list_cells(device::names().sysfs);
        fmt::print("{}", *json ? list_json(cells) : list_table(cells));
    });
}

void add_load(CLI::App& group) {
    CLI::App* command = add_command(
        group, "load", "Load images into a cell, in the order given; a running cell is shut down.",
        "brig cell load hello hello.bin -s \"con-type=none\" -a 0x1000");
    command->footer("Arguments: [--name] CELL { IMAGE | -s STRING } [-a ADDRESS] ...\n"
                    "  IMAGE                 file to load\n"
                    "  -s,--string STRING    text to load, with its terminating NUL\n"
                    "  -a,--address ADDRESS  guest address of the image before (default 0)\n\n" +
                    command->get_footer());
    // The order of options and images matters, so the words are taken as they are.
    command->allow_extras();
    command->callback([command] {
        LoadRequest request = parse_load(command->remaining());
        device::load_cell(request.cell, request.images);
    });
}

} // namespace

std::string list_table(const std::vector<device::CellInfo>& cells) {
    if (cells.empty())
        return "";
    constexpr auto row = "{:<8}{:<24}{:<18}{:<24}{:<24}\n";
    std::string out = fmt::format(row, "ID", "Name", "State", "Assigned CPUs", "Failed CPUs");
    for (const auto& cell : cells)
        out += fmt::format(row, cell.id, printable(cell.name), cell.state, cell.cpus,
                           cell.failed_cpus);
    return out;
}

std::string list_json(const std::vector<device::CellInfo>& cells) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& cell : cells)
        list.push_back({{"id", parse_number(cell.id).value_or(0)},
                        {"name", printable(cell.name)},
                        {"state", cell.state},
                        {"cpus_assigned", cell.cpus},
                        {"cpus_failed", cell.failed_cpus}});
    return list.dump(2) + "\n";
}

LoadRequest parse_load(const std::vector<std::string>& words) {
    LoadRequest request;
    size_t next = 0;
    auto value_of = [&](const std::string& option) {
        if (++next >= words.size())
            fail("reading the command line: {} needs a value; see `brig cell load --help`", option);
        return words[next];
    };

    bool force_name = !words.empty() && words[0] == "--name";
    next = force_name ? 1 : 0;
    if (next >= words.size())
        fail("reading the command line: the cell is missing; see `brig cell load --help`");
    request.cell = device::parse_cell_ref(words[next], force_name);

    for (next++; next < words.size(); next++) {
        const std::string& word = words[next];
        if (word == "-a" || word == "--address") {
            std::string text = value_of(word);
            auto address = parse_number(text);
            if (!address)
                fail("reading the command line: \"{}\" is no address", text);
            if (request.images.empty())
                fail("reading the command line: {} {} stands before any image: it belongs behind "
                     "the one it is for",
                     word, text);
            request.images.back().address = *address;
        } else if (word == "-s" || word == "--string") {
            std::string text = value_of(word);
            Bytes content(text.begin(), text.end());
            content.push_back(0);
            request.images.push_back({fmt::format("the text \"{}\"", text), content});
        } else if (word.size() > 1 && word[0] == '-') {
            fail("reading the command line: there is no option {}; see `brig cell load --help`",
                 word);
        } else {
            request.images.push_back({word, read_file(word, "image")});
        }
    }
    if (request.images.empty())
        fail("reading the command line: no image to load into {}; see `brig cell load --help`",
             request.cell.text());
    return request;
}

void add_cell_commands(Program& program) {
    CLI::App* group = add_command(program.app, "cell", "Create, load, start, stop and watch cells.",
                                  "brig cell create hello.cell\n  brig cell load hello hello.bin\n"
                                  "  brig cell start hello");
    group->require_subcommand(1);
    add_create(*group);
    add_load(*group);
    add_simple(*group, "start", "Start a cell, or start it anew.", device::start_cell);
    add_simple(*group, "shutdown", "Stop a cell; it keeps what it has and can be loaded again.",
               [](const CellRef& cell) { device::load_cell(cell, {}); });
    add_simple(*group, "destroy", "Destroy a cell: everything goes back to the root cell.",
               device::destroy_cell);
    add_list(*group);
    add_stats_command(*group);
}

} // namespace brig::cli
