// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "decode/disassembler.hpp"
#include "decode/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace brig::cli {

namespace {

using namespace brig::decode;

struct Arguments {
    std::string file;
    SourceFiles sources;
    std::vector<std::string> knowledge;
    std::string esr;
    bool json = false;
    bool list = false;
    bool markdown = false;
    bool echo = false;
};

bool colour() {
    return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

// Built in, the machine's, the user's, those of the command line: the later wins.
Knowledge read_knowledge_files(const Arguments& arguments) {
    Knowledge knowledge = Knowledge::standard();
    std::vector<std::filesystem::path> files = {"/etc/brig/knowledge.toml"};
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (config != nullptr && *config != '\0')
        files.push_back(std::filesystem::path(config) / "brig/knowledge.toml");
    else if (home != nullptr)
        files.push_back(std::filesystem::path(home) / ".config/brig/knowledge.toml");
    for (const auto& file : files)
        if (std::filesystem::exists(file))
            knowledge.add_file(file);
    for (const std::string& file : arguments.knowledge)
        knowledge.add_file(file);
    return knowledge;
}

int print_knowledge(const Arguments& arguments, const Knowledge& knowledge) {
    if (arguments.json)
        fmt::print("{}", json_text(knowledge_json(knowledge)));
    else
        fmt::print("{}",
                   arguments.markdown ? knowledge_markdown(knowledge) : knowledge_text(knowledge));
    return 0;
}

int print_syndrome(const Arguments& arguments) {
    const auto value = parse_number(arguments.esr);
    if (!value)
        fail("--esr {}: not a number", arguments.esr);
    const Esr esr = decode_esr(*value);
    if (arguments.json)
        fmt::print("{}", json_text(esr_json(esr)));
    else
        fmt::print("{}", esr_text(esr));
    return 0;
}

// Prints events as they come; JSON at the end, as one array.
class Printer {
public:
    explicit Printer(bool json) : json_(json), colour_(colour()) {}

    void print(const std::vector<Explained>& events) {
        for (const Explained& explained : events) {
            if (json_)
                array_.push_back(report_json(explained));
            else
                fmt::print("{}{}", found_ ? "\n" : "", report_text(explained, colour_));
            found_ = true;
        }
        std::fflush(stdout);
    }
    int finish() {
        if (json_)
            fmt::print("{}", json_text(array_));
        return found_ ? 0 : 1;
    }

private:
    bool json_;
    bool colour_;
    bool found_ = false;
    nlohmann::ordered_json array_ = nlohmann::ordered_json::array();
};

int decode_stream(const Arguments& arguments, std::istream& input, const Knowledge& knowledge) {
    Decoder decoder(knowledge, arguments.sources);
    Printer printer(arguments.json);
    for (std::string line; std::getline(input, line);)
        printer.print(decoder.feed(line));
    if (input.bad())
        fail("reading {}: {}", arguments.file, std::strerror(errno));
    printer.print(decoder.flush());
    const int status = printer.finish();
    if (status != 0)
        fmt::print(stderr, "brig decode: nothing in {} that I recognise\n",
                   arguments.file == "-" ? "the input" : arguments.file);
    return status;
}

int run_decode(const Arguments& arguments) {
    if (!arguments.esr.empty())
        return print_syndrome(arguments);
    const Knowledge knowledge = read_knowledge_files(arguments);
    if (arguments.list)
        return print_knowledge(arguments, knowledge);
    if (arguments.file == "-")
        return decode_stream(arguments, std::cin, knowledge);
    std::ifstream input(arguments.file);
    if (!input || std::filesystem::is_directory(arguments.file))
        fail("opening {}: {}", arguments.file, input ? "it is a directory" : std::strerror(errno));
    return decode_stream(arguments, input, knowledge);
}

void add_source_options(CLI::App& command, SourceFiles& sources) {
    command.add_option("--disassembly", sources.listings,
                       "output of objdump -d, of Linux or of the hypervisor; may be repeated");
}

} // namespace

void add_decode_command(Program& program) {
    auto arguments = std::make_shared<Arguments>();
    arguments->file = "-";
    CLI::App* command = add_command(
        program.app, "decode",
        std::string(
            "Explain the failures in console or dmesg text: what happened, where, why, and "
            "what to do. Finds hypervisor dumps (Brig's and the reference's), Linux oopses, "
            "stalls, lockups, SErrors and messages of drivers, with other text around them, "
            "and damaged. Exit status: 0 something recognised, 1 nothing recognised, 2 wrong "
            "usage or unreadable input.") +
            (has_disassembler() ? ""
                                : " This build has no disassembler and reads no ELF files; the "
                                  "one for the host has both."),
        "dmesg | brig decode");
    command->add_option("FILE", arguments->file, "text to read; - is standard input, the default");
    command->add_flag("--json", arguments->json, "print an array of events as JSON");
    add_source_options(*command, arguments->sources);
    command->add_option("--knowledge", arguments->knowledge,
                        "file with more causes (docs/decode.md); may be repeated");
    command->add_option("--esr", arguments->esr, "only take this exception syndrome apart");
    auto* list =
        command->add_flag("--list", arguments->list, "only list the causes that are known");
    command->add_flag("--markdown", arguments->markdown, "with --list: in full, as Markdown")
        ->needs(list);
    command->callback([&program, arguments] {
        try {
            program.status = run_decode(*arguments);
        } catch (const Error& error) {
            fmt::print(stderr, "brig decode: {}\n", error.what());
            program.status = 2;
        }
    });
}

} // namespace brig::cli
