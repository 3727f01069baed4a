// SPDX-License-Identifier: Apache-2.0
#include "config/report.hpp"
#include "config/checks.hpp"
#include "config/names.hpp"
#include "config/overlay.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

std::string size_text(uint64_t size) {
    for (auto [shift, unit] : {std::pair(30, "GiB"), std::pair(20, "MiB"), std::pair(10, "KiB")})
        if (size >> shift && size % (uint64_t{1} << shift) == 0)
            return fmt::format("{} {}", size >> shift, unit);
    return fmt::format("{} bytes", size);
}

std::string memory_text(const Partition& partition) {
    std::string out = "Memory\n";
    for (const auto& [range, owner] : memory_owners(partition))
        out += fmt::format("  {:<30} {:>10}  {}\n", range.text(), size_text(range.size()), owner);
    return out;
}

bool was_placed(const Partition& partition, size_t cell, size_t region) {
    return std::any_of(
        partition.requests.begin(), partition.requests.end(),
        [&](const auto& request) { return request.cell == cell && request.region == region; });
}

std::string region_line(const MemoryRegion& region, bool placed) {
    if (region.size == 0)
        return "    placeholder\n";
    if (region.is(BRIG_MEM_COMM_REGION))
        return fmt::format("    communication region at {:#x}\n", region.virt);
    std::string text = fmt::format("    {} {} ({})", region.is(BRIG_MEM_IO) ? "device" : "memory",
                                   region.phys_range().text(), size_text(region.size));
    if (region.virt != region.phys)
        text += fmt::format(", at {:#x} for the cell", region.virt);
    if (region.sub_page())
        text += ", emulated";
    if (placed)
        text += ", place chosen by the compiler";
    return text + fmt::format(": {}\n", flags_text(region.flags, memory_flags()));
}

std::string cell_text(const Partition& partition, size_t number) {
    const Cell& cell = partition.configuration.cells[number];
    std::string out = fmt::format("Cell {} ({}.cell): CPU{} {}\n", printable(cell.name),
                                  partition.file_names[number], cell.cpus().size() == 1 ? "" : "s",
                                  list_text(cell.cpus()));
    for (size_t i = 0; i < cell.regions.size(); i++)
        out += region_line(cell.regions[i], was_placed(partition, number, i));
    for (const auto& given : cell.devices) {
        out += fmt::format("    {}", given.device->node->path);
        if (!given.interrupts.empty())
            out += fmt::format(", INTID {}", list_text(given.interrupts));
        out += given.keeps_status ? ", still enabled in Linux's tree\n"
                                  : ", reserved in Linux's tree\n";
    }
    std::set<unsigned> others = cell.interrupts();
    for (const auto& given : cell.devices)
        for (unsigned intid : given.interrupts)
            others.erase(intid);
    if (!others.empty())
        out += fmt::format("    INTID {}\n", list_text(others));
    if (!cell.stream_ids.empty())
        out += fmt::format("    stream ids {:#x}\n", fmt::join(cell.stream_ids, ", "));
    return out;
}

std::string findings_text(const Findings& findings, Severity severity, const char* heading) {
    std::string out;
    for (const auto& finding : findings)
        if (finding.severity == severity) {
            std::string_view word = accept_word(finding.test);
            out += fmt::format("  {}{}\n", finding.text,
                               word.empty() ? "" : fmt::format(" [{}]", word));
        }
    return out.empty() ? "" : fmt::format("\n{}\n{}", heading, out);
}

std::string system_text(const Partition& partition) {
    const System& system = partition.configuration.system;
    const Console& console = system.debug_console;
    std::string out =
        fmt::format("Hypervisor: {} ({}){}", system.hypervisor_memory.phys_range().text(),
                    size_text(system.hypervisor_memory.size),
                    partition.hypervisor_size ? ", place chosen by the compiler" : "");
    out +=
        fmt::format("\n    console {} at {:#x}{}\n", console_type_text(console.type),
                    console.address, partition.console ? " (" + partition.console->path + ")" : "");
    out += fmt::format("    GICv{}, INTIDs up to {}, maintenance interrupt {}\n",
                       system.gic_version, system.num_interrupts - 1, system.maintenance_irq);
    if (system.pci_mmconfig_base)
        out += fmt::format("    {}PCI configuration space at {:#x}\n",
                           system.pci_is_virtual ? "virtual " : "", system.pci_mmconfig_base);
    out += fmt::format("Root cell {} (root.cell): CPUs {}, {} regions: all RAM, devices and "
                       "interrupts; it lends to the cells what they have\n",
                       printable(system.root.name), list_text(system.root.cpus()),
                       system.root.regions.size());
    return out;
}

bool has_idle_states(const BoardView& board) {
    return std::any_of(board.facts.cpus.begin(), board.facts.cpus.end(),
                       [](const auto& cpu) { return cpu.node->has("cpu-idle-states"); });
}

} // namespace

std::vector<MemoryOwner> memory_owners(const Partition& partition) {
    const BoardView& board = *partition.board;
    std::vector<MemoryOwner> owners;
    std::vector<Range> taken;
    auto add = [&](const Range& range, std::string owner) {
        owners.push_back({range, std::move(owner)});
        taken.push_back(range);
    };
    add(partition.configuration.system.hypervisor_memory.phys_range(), "hypervisor");
    for (const auto& cell : partition.configuration.cells)
        for (const auto& region : cell.regions)
            if (region.has_phys() && !region.is(BRIG_MEM_IO))
                add(region.phys_range(), "cell " + printable(cell.name));
    for (const auto& firmware : board.firmware)
        for (const Range& part : without({firmware.range}, taken))
            owners.push_back({part, firmware.name});
    for (const auto& firmware : board.firmware)
        taken.push_back(firmware.range);
    for (const Range& range : without(partition.reserved, taken))
        add(range, "kept for cells");
    for (const Range& range : without(board.ram, taken))
        owners.push_back({range, "root"});
    std::stable_sort(owners.begin(), owners.end(),
                     [](const auto& a, const auto& b) { return a.range.first < b.range.first; });
    return owners;
}

std::string kernel_arguments(const BoardView& board) {
    // A core that is not known may have VHE; the words do no harm on one that has not.
    bool vhe = board.facts.cpus.empty() ||
               std::any_of(board.facts.cpus.begin(), board.facts.cpus.end(),
                           [](const auto& cpu) { return cpu.vhe.value_or(true); });
    return vhe ? "id_aa64mmfr1.vh=0 kvm-arm.mode=none" : "kvm-arm.mode=none";
}

std::string report_text(const Partition& partition, const Findings& findings,
                        const std::string& file) {
    const BoardView& board = *partition.board;
    std::string out =
        fmt::format("Partition {} on {} ({})\n\n", file,
                    board.facts.model.empty() ? "a board" : board.facts.model, board.file());
    out += memory_text(partition) + "\n" + system_text(partition);
    for (size_t i = 0; i < partition.configuration.cells.size(); i++)
        out += cell_text(partition, i);
    out += fmt::format("\nKernel command line: {}\n", kernel_arguments(board));
    if (has_idle_states(board))
        out += "  For the first bring-up add cpuidle.off=1: one question less while CPUs of this "
               "board can be powered down when idle.\n";
    out += findings_text(findings, Severity::Warning, "Warnings");
    out += findings_text(findings, Severity::Accepted, "Accepted by the partition file");
    return out;
}

} // namespace brig::config
