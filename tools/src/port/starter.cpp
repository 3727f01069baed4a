// SPDX-License-Identifier: Apache-2.0
// The partition file to start from and the notes of a new board.
#include "port/generate.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::port {

namespace {

using namespace brig::board;

std::string cells64(uint64_t value) {
    return fmt::format("{:#x} {:#x}", value >> 32, value & 0xffffffff);
}

std::string ram_text(const Facts& facts) {
    if (facts.memory_source == "device tree" && !facts.memory_corrected)
        return "";
    std::string text = "    // RAM as /proc/iomem of the running board shows it.\n";
    if (facts.memory.empty())
        text = "    // " + std::string(unfinished) +
               ": the board's tree has no RAM. Write one node for each bank of \"System RAM\"\n"
               "    // in /proc/iomem (`brig port new --iomem` does it), then remove these lines.\n"
               "    //     bank@START { reg = <START-HIGH START-LOW SIZE-HIGH SIZE-LOW>; };\n";
    else if (facts.memory_corrected)
        text =
            "    // The tree's /memory covers registers, too: these are the GiBs of it without devices.\n"
            "    // Compare with \"System RAM\" in /proc/iomem of the running board.\n";
    text += "    ram {\n";
    for (const Range& bank : facts.memory)
        text += fmt::format("        bank@{:x} {{ reg = <{} {}>; }};\n", bank.first,
                            cells64(bank.first), cells64(bank.size()));
    return text + "    };\n\n";
}

std::string console_text(const Tree& tree, const Facts& facts) {
    if (!facts.console.uart)
        return "        // No UART of the tree can be used: `brig console` alone shows messages.\n"
               "        console { type = \"none\"; };\n";
    std::string note = facts.console.note.empty() ? "" : " // " + facts.console.note;
    return fmt::format("        console {{ device = \"{}\"; }};{}\n",
                       tree.name_of(*facts.console.node), note);
}

std::string cell_text(const Facts& facts) {
    if (facts.cpus.size() < 2)
        return "    // With one CPU there is none to give away.\n    cells { };\n";
    return fmt::format(R"(    cells {{
        // A first cell: `brig cell load hello hello.bin`.
        hello {{
            cpus = <{}>;
            passive-comm-region;
            virtual-console-active;

            // RAM at guest 0, where inmates are linked; the compiler finds the place.
            memory@0 {{
                size = <0x0 0x10000>;
                guest = <0x0 0x0>;
                loadable;
            }};
            comm-region {{ guest = <0x0 0x80000000>; }};
        }};
    }};
)",
                       facts.cpus.back().number);
}

std::string places_table(const Tree& tree, const Facts& facts) {
    std::string text = "| what | where |\n|---|---|\n";
    auto row = [&text](const std::string& what, const std::string& where) {
        text += fmt::format("| {} | {} |\n", what, where);
    };
    std::string cores;
    for (const Cpu& cpu : facts.cpus)
        if (cores.find(cpu.core) == std::string::npos)
            cores += (cores.empty() ? "" : ", ") + cpu.core;
    row("CPUs", fmt::format("{} ({})", facts.cpus.size(), cores));
    row("GIC",
        fmt::format("GICv{}, distributor {:#x}", facts.gic->version, facts.gic->gicd->first));
    if (facts.console.address)
        row("console", fmt::format("{} at {:#x}, type {}", tree.name_of(*facts.console.node),
                                   *facts.console.address, facts.console.type));
    std::vector<std::string> banks;
    for (const Range& bank : facts.memory)
        banks.push_back(bank.text());
    row("RAM", banks.empty() ? "not in the tree" : joined(banks, ", "));
    row("firmware", facts.psci ? "PSCI by " + facts.psci->method : "no PSCI in the tree");
    return text;
}

} // namespace

std::string partition_text(const Tree& tree, const Facts& facts, const std::string& name) {
    std::string text = "// SPDX-License-Identifier: Apache-2.0\n";
    text +=
        fmt::format("// A partition of {} to start from; docs/partition.md explains it.\n", name);
    text += "/dts-v1/;\n\n/ {\n    compatible = \"brig,partition\";\n"
            "    board-tree = \"board.dtb\";\n\n";
    text += ram_text(facts);
    text += "    hypervisor {\n        size = <0x0 0x400000>;\n        virtual-console;\n";
    text += console_text(tree, facts);
    text += "    };\n\n";
    text += cell_text(facts);
    return text + "};\n";
}

std::string readme_text(const Tree& tree, const Facts& facts, const std::string& name) {
    std::string text = "<!-- SPDX-License-Identifier: Apache-2.0 -->\n";
    text += fmt::format("# {}\n\n", facts.model.empty() ? name : facts.model);
    text += "Written by `brig port new` from the board's device tree, `board.dtb`. "
            "`brig port inspect board.dtb`\nshows all of it.\n\n";
    text += places_table(tree, facts);
    text += "\n`partition.dts` says who gets what: `brig config compile partition.dts -o out`. "
            "Kernel arguments:\n`id_aa64mmfr1.vh=0 kvm-arm.mode=none`.\n\n";
    text += "## To be confirmed on the hardware\n\n";
    text += "Lines marked MISSING are facts that the tree does not have; their places in "
            "`board.hpp` and\n`partition.dts` are marked \"TO BE CONFIRMED\".\n\n";
    for (const OpenPoint& point : facts.open_points)
        text += fmt::format("- [ ] {}{} {}\n",
                            point.kind == OpenPoint::Kind::Missing ? "MISSING: " : "", point.text,
                            point.todo);
    return text;
}

} // namespace brig::port
