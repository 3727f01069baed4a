// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "cli/decode_stream.hpp"
#include "decode/disassembler.hpp"
#include "decode/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace brig::cli {

namespace {

using namespace brig::decode;

struct DecodeArguments {
    std::string file;
    SourceFiles sources;
    std::vector<std::string> knowledge;
    std::string esr;
    bool json = false;
    bool list = false;
    bool markdown = false;
    bool echo = false;
};

int print_knowledge(const DecodeArguments& arguments, const Knowledge& knowledge) {
    if (arguments.json)
        fmt::print("{}", json_text(knowledge_json(knowledge)));
    else
        fmt::print("{}",
                   arguments.markdown ? knowledge_markdown(knowledge) : knowledge_text(knowledge));
    return 0;
}

int print_syndrome(const DecodeArguments& arguments) {
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

// A file descriptor that is closed at the end, or standard input.
class Input {
public:
    explicit Input(const std::string& file)
        : descriptor_(file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ < 0)
            fail("opening {}: {}", file, std::strerror(errno));
    }
    ~Input() {
        if (descriptor_ != STDIN_FILENO)
            close(descriptor_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

int run_decode(const DecodeArguments& arguments) {
    if (!arguments.esr.empty())
        return print_syndrome(arguments);
    const Knowledge knowledge = read_knowledge(arguments.knowledge);
    if (arguments.list)
        return print_knowledge(arguments, knowledge);
    const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
    const Input input(arguments.file);
    DecodeStream stream(knowledge, arguments.sources, {arguments.json, arguments.echo});
    stream.read_all(input.descriptor(), name);
    if (stream.finish())
        return 0;
    fmt::print(stderr, "brig decode: nothing in {} that I recognise\n", name);
    return 1;
}

void add_source_options(CLI::App& command, SourceFiles& sources) {
    command.add_option("--vmlinux", sources.vmlinux,
                       "Linux's ELF file: symbols, source lines, instructions");
    command.add_option("--system-map", sources.system_map, "Linux's System.map: symbols");
    command.add_option("--kallsyms", sources.kallsyms,
                       "copy of /proc/kallsyms, made as root: symbols, modules too, and with "
                       "--vmlinux the offset of KASLR");
    command.add_option("--hypervisor", sources.hypervisor,
                       "the hypervisor's ELF file (build/<board>/core/brig.elf)");
    command.add_option("--dtb", sources.tree, "device tree: what is at an address");
    command.add_option("--config", sources.configs,
                       "system or cell file (root.cell, ...): whose region an address is in; may "
                       "be repeated");
    command.add_option("--disassembly", sources.listings,
                       "output of objdump -d, of Linux or of the hypervisor; may be repeated");
}

} // namespace

void add_decode_command(Program& program) {
    auto arguments = std::make_shared<DecodeArguments>();
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
    auto* json = command->add_flag("--json", arguments->json, "print an array of events as JSON");
    command
        ->add_flag("--echo", arguments->echo,
                   "pass the text on, with each explanation behind the line that completed it")
        ->excludes(json);
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
