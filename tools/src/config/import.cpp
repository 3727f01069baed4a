// SPDX-License-Identifier: Apache-2.0
#include "config/import.hpp"
#include "config/binary.hpp"
#include "config/checks.hpp"
#include "config/import_source.hpp"
#include "config/revisions.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace brig::config {

namespace {

struct Input {
    const ImportFile* file;
    Upgraded upgraded;
};

struct Set {
    std::optional<System> system;
    std::optional<Input> system_input;
    std::vector<Cell> cells;
    std::vector<Input> inputs;           // of the cells
    std::vector<std::string> node_names; // of the cells
    bool old = false;
};

Set read_set(const std::vector<ImportFile>& files) {
    Set set;
    for (const auto& file : files) {
        Input input{&file, upgrade(file.content, file.name)};
        set.old |= input.upgraded.revision < BRIG_CONFIG_REVISION;
        ParsedFile parsed = parse_file(input.upgraded.content, file.name);
        if (auto* cell = std::get_if<Cell>(&parsed)) {
            set.cells.push_back(std::move(*cell));
            set.inputs.push_back(std::move(input));
            continue;
        }
        if (set.system)
            fail("importing {}: {} is a system file already, a partition has one", file.name,
                 set.system->where);
        set.system = std::move(std::get<System>(parsed));
        set.system_input = std::move(input);
    }
    return set;
}

// A node's name, and so a file's: what device-tree source allows in one.
std::string node_name(const std::string& name, const std::vector<std::string>& taken) {
    std::string result;
    for (char c : name) {
        bool good = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
                    c == '.' || c == '+';
        result += good ? c : '-';
    }
    if (result.empty() || !std::isalnum(static_cast<unsigned char>(result[0])))
        result = "cell" + result;
    std::string base = result == "root" ? "root-cell" : result;
    result = base;
    for (unsigned n = 2; std::find(taken.begin(), taken.end(), result) != taken.end(); n++)
        result = fmt::format("{}-{}", base, n);
    return result;
}

void write_label(Source& source, const Cell& cell, const std::string& implied) {
    if (cell.name == implied)
        return;
    if (cell.name.empty() || cell.name != printable(cell.name))
        source.lost(cell.where, fmt::format("the name \"{}\"", printable(cell.name)));
    if (!cell.name.empty())
        source.line(fmt::format("label = {};", in_quotes(cell.name)));
    if (cell.name.size() >= BRIG_CELL_NAME_SIZE)
        source.lost(cell.where, "a name without end: the driver cuts its last character off");
}

bool collide(const Cell& a, const Cell& b) {
    std::set<unsigned> cpus = a.cpus();
    std::set<unsigned> intids = a.interrupts();
    auto twice = [](const std::set<unsigned>& first, const std::set<unsigned>& second) {
        return std::any_of(second.begin(), second.end(),
                           [&first](unsigned number) { return first.contains(number); });
    };
    if (twice(cpus, b.cpus()) || twice(intids, b.interrupts()))
        return true;
    for (const auto& mine : a.regions)
        for (const auto& other : b.regions)
            if (mine.has_phys() && other.has_phys() &&
                !(mine.is(BRIG_MEM_ROOTSHARED) && other.is(BRIG_MEM_ROOTSHARED)) &&
                mine.phys_range().overlaps(other.phys_range()))
                return true;
    return false;
}

void write_cells(Source& source, const Set& set, uint64_t gicd, const board::Names& names) {
    source.open("cells");
    for (size_t i = 0; i < set.cells.size(); i++) {
        const Cell& cell = set.cells[i];
        source.open(set.node_names[i]);
        write_label(source, cell, set.node_names[i]);
        std::string others;
        for (size_t j = 0; j < set.cells.size(); j++)
            if (j != i && collide(cell, set.cells[j]))
                others += (others.empty() ? "\"" : ", \"") + set.node_names[j] + "\"";
        if (!others.empty()) {
            source.comment(
                "Others are given the same things. If they never exist at the same time as it:");
            source.comment("excludes = " + others + ";");
        }
        import_cell(source, cell, gicd, names, false);
        source.close();
        if (i + 1 < set.cells.size())
            source.blank();
    }
    source.close();
}

// `whole` is false for the part without hypervisor and root cell.
std::string head(const Set& set, bool whole) {
    std::vector<std::string> origins;
    auto add = [&origins](const Input& input) {
        origins.push_back(
            fmt::format("{} (revision {})", printable(input.file->name), input.upgraded.revision));
    };
    if (set.system_input)
        add(*set.system_input);
    for (const auto& input : set.inputs)
        add(input);
    Imported nowhere;
    Source source(nowhere);
    source.comment(fmt::format("Made by `brig config import` from {}. docs/partition.md explains "
                               "the language.",
                               joined(origins)));
    if (!whole)
        source.comment("This is a part, without hypervisor and root cell: /include/ it in a "
                       "partition file that has them.");
    return source.text();
}

// Where old files leave something open.
void check_old(Set& set, OldStreamIds choice, Imported& result) {
    if (!set.old)
        return;
    result.notes.push_back("files before revision 14 do not say for which architecture they are: "
                           "taken as arm64");
    bool mmu500 = !set.system;
    if (set.system)
        for (const auto& unit : set.system->iommu_units)
            mmu500 |= unit.type == BRIG_IOMMU_MMU500;
    auto treat = [&](Cell& cell, const Input& input) {
        if (!mmu500 || cell.stream_ids.empty() || input.upgraded.revision >= BRIG_CONFIG_REVISION)
            return;
        if (choice == OldStreamIds::Refuse)
            fail("importing {}: it has stream ids{}, and until revision 13 there were two ways to "
                 "write those of an MMU-500, which the file does not tell apart: add "
                 "`--old-stream-ids keep` if each is id | mask << 16 (or the IOMMU is another), or "
                 "`--old-stream-ids drop` to leave them out and write them anew",
                 cell.where, set.system ? "" : " (for which IOMMU the system file would say)");
        if (choice == OldStreamIds::Drop) {
            cell.stream_ids.clear();
            result.warnings.push_back(cell.where + ": its stream ids are left out, as wished");
        }
    };
    if (set.system)
        treat(set.system->root, *set.system_input);
    for (size_t i = 0; i < set.cells.size(); i++)
        treat(set.cells[i], set.inputs[i]);
}

std::string compared(const Bytes& original, const Bytes& now, size_t size) {
    Bytes wanted(original.begin(),
                 original.begin() + static_cast<ptrdiff_t>(std::min(size, original.size())));
    if (wanted == now)
        return "compiles to the same bytes";
    if (wanted.size() != now.size())
        return fmt::format("compiles to {} bytes instead of {}", now.size(), wanted.size());
    size_t differ = 0;
    for (size_t i = 0; i < now.size(); i++)
        differ += now[i] != wanted[i];
    return fmt::format("compiles to bytes of which {} of {} differ", differ, now.size());
}

// What the new source means, by the compiler itself.
void verify(const Set& set, const std::string& source, const DtcOptions& dtc, Imported& result) {
    TemporaryDirectory directory;
    write_files(directory.path(), {{"imported.dts", Bytes(source.begin(), source.end())}});
    try {
        Partition partition =
            read_partition(load_device_tree(directory.path() / "imported.dts", dtc).blob);
        for (const auto& finding : partition.findings)
            result.warnings.push_back("the compiler: " + finding.text);
        const Configuration& configuration = partition.configuration;
        auto verdict = [&](const Input& input, const Cell& cell, const Bytes& now, size_t extra) {
            std::string old = input.upgraded.revision < BRIG_CONFIG_REVISION
                                  ? " as its content of today's revision"
                                  : "";
            result.verdicts.push_back(
                fmt::format("{}: {}{}", input.file->name,
                            compared(input.upgraded.content, now, extra + cell.file_size()), old));
        };
        if (set.system)
            verdict(*set.system_input, set.system->root, write_system(configuration.system),
                    offsetof(brig_system_config, root_cell));
        for (size_t i = 0; i < set.cells.size() && i < configuration.cells.size(); i++)
            verdict(set.inputs[i], set.cells[i], write_cell(configuration.cells[i]), 0);
    } catch (const Error& error) {
        result.warnings.push_back(
            fmt::format("the result was not compared with the files: {}", error.what()));
    }
}

void check_faults(const Set& set, Imported& result) {
    if (!set.system)
        return;
    for (const auto& finding : check({*set.system, set.cells}, binary_words()))
        result.warnings.push_back(
            fmt::format("{}{}", finding.text,
                        finding.severity == Severity::Error ? " (compiling refuses this)" : ""));
}

// Stands in for what a set without a system file lacks, so that its cells can be compiled.
std::string stand_in(uint64_t gicd) {
    return fmt::format("compatible = \"brig,partition\"; hypervisor {{ memory = <0 0 0 0>; gic {{ "
                       "version = <3>; gicd = <{}>; gicr = <0 0>; maintenance-interrupt = <25>; "
                       "}}; }}; root {{ cpus = <0>; }};\n",
                       address_cells(gicd));
}

} // namespace

Imported import_files(const std::vector<ImportFile>& files, const ImportOptions& options) {
    Imported result;
    Set set = read_set(files);
    check_old(set, options.old_stream_ids, result);
    for (const auto& cell : set.cells)
        set.node_names.push_back(node_name(cell.name, set.node_names));
    uint64_t gicd = 0;
    if (set.system)
        gicd = set.system->gicd_base;
    else if (!set.cells.empty() && !set.cells[0].irqchips.empty())
        gicd = set.cells[0].irqchips[0].address;

    Source body(result);
    body.open("/");
    if (set.system) {
        body.line("compatible = \"brig,partition\";");
        body.blank();
        import_system(body, *set.system);
        body.blank();
        body.open("root");
        write_label(body, set.system->root, "root");
        import_cell(body, set.system->root, gicd, options.names, true);
        body.close();
        if (!set.cells.empty())
            body.blank();
    }
    if (!set.cells.empty())
        write_cells(body, set, gicd, options.names);
    body.close();

    if (set.system) {
        result.source = head(set, true) + "/dts-v1/;\n\n" + body.text();
        verify(set, result.source, options.dtc, result);
    } else {
        result.source = head(set, false) + "\n" + body.text();
        verify(set, "/dts-v1/;\n/ { " + stand_in(gicd) + "};\n" + body.text(), options.dtc, result);
    }
    check_faults(set, result);
    return result;
}

} // namespace brig::config
