// SPDX-License-Identifier: Apache-2.0
#include "port/inspect.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace brig::port {

namespace {

using namespace brig::board;

constexpr size_t columns = 100;

// A heading on the left, lines beside it, wrapped at blanks.
class Screen {
public:
    explicit Screen(size_t left) : left_(left) {}
    void heading(std::string text) { heading_ = std::move(text); }

    void line(const std::string& text) {
        std::string rest = text;
        size_t indent = left_;
        while (true) {
            size_t room = columns - indent;
            size_t cut = rest.size() <= room ? rest.size() : rest.rfind(' ', room);
            if (cut == std::string::npos || cut == 0)
                cut = rest.size();
            text_ += fmt::format("{:<{}}{}\n", heading_, indent, rest.substr(0, cut));
            heading_.clear();
            if (cut == rest.size())
                return;
            rest.erase(0, cut + 1);
            indent = left_ + 2;
        }
    }

    const std::string& text() const { return text_; }

private:
    size_t left_;
    std::string heading_;
    std::string text_;
};

std::string size_text(uint64_t size) {
    static constexpr const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    unsigned unit = 0;
    while (unit < 4 && size >= 1024 && size % 1024 == 0) {
        size /= 1024;
        unit++;
    }
    return fmt::format("{} {}", size, units[unit]);
}

std::string range_text(const Range& range) {
    return fmt::format("{} ({})", range.text(), size_text(range.size()));
}

std::string ability(std::optional<bool> has, const std::string& what) {
    if (!has)
        return what + " unknown";
    return *has ? what : "no " + what;
}

void show_cpus(Screen& screen, const Facts& facts) {
    screen.heading("CPUs");
    if (facts.cpus.empty())
        screen.line("none");
    for (size_t first = 0; first < facts.cpus.size();) {
        const Cpu& cpu = facts.cpus[first];
        size_t last = first;
        std::string mpidrs;
        for (; last < facts.cpus.size() && facts.cpus[last].core == cpu.core; last++)
            mpidrs += fmt::format(" {:#x}", facts.cpus[last].mpidr);
        std::string numbers =
            first + 1 == last ? std::to_string(first) : fmt::format("{}-{}", first, last - 1);
        screen.line(fmt::format(
            "{} {}: {}, {}, {}; {}; MPIDR{}", numbers, cpu.core.empty() ? "?" : cpu.core,
            ability(cpu.aarch32_el1, "AArch32 at EL1"), ability(cpu.vhe, "VHE"),
            cpu.pa_bits ? fmt::format("{}-bit addresses", *cpu.pa_bits) : "address width unknown",
            cpu.enable_method.empty() ? "no enable-method" : cpu.enable_method, mpidrs));
        first = last;
    }
}

void show_gic(Screen& screen, const Tree& tree, const Facts& facts) {
    screen.heading("GIC");
    if (!facts.gic) {
        screen.line("none that Brig knows");
        return;
    }
    const Gic& gic = *facts.gic;
    std::string line = fmt::format("GICv{}", gic.version);
    if (gic.gicd)
        line += "  GICD " + range_text(*gic.gicd);
    for (const Range& region : gic.gicr)
        line += "  GICR " + range_text(region);
    screen.line(line);
    if (gic.version == 2 && gic.gicc)
        screen.line(fmt::format(
            "GICC {}{}{}{}", gic.gicc->text(), gic.gich ? "  GICH " + gic.gich->text() : "",
            gic.gicv ? "  GICV " + gic.gicv->text() : "",
            gic.aliased ? "  (64 KiB aliases resolved: pairs at +0xf000)" : ""));
    screen.line(gic.maintenance_irq
                    ? fmt::format("maintenance interrupt INTID {}", *gic.maintenance_irq)
                    : "maintenance interrupt not in the tree");
    std::vector<std::string> its;
    for (const Node* node : gic.its)
        its.push_back(tree.name_of(*node));
    if (!its.empty())
        screen.line("ITS " + joined(its, ", "));
}

void show_console(Screen& screen, const Tree& tree, const ConsoleFacts& console) {
    screen.heading("Console");
    if (!console.node) {
        screen.line(console.note.empty() ? "none: the tree has no stdout-path" : console.note);
        return;
    }
    std::string line = fmt::format("{}, type {}", tree.name_of(*console.node), console.type);
    if (console.address)
        line += fmt::format(", at {:#x}", *console.address);
    if (console.reg_distance)
        line += fmt::format(", registers {} byte(s) apart", *console.reg_distance);
    if (console.irq)
        line += fmt::format(", INTID {}", *console.irq);
    if (console.clock_hz)
        line += fmt::format(", clock {} Hz", *console.clock_hz);
    if (!console.options.empty())
        line += ", " + console.options;
    screen.line(line + (console.source.empty() ? "" : " (" + console.source + ")"));
    if (!console.note.empty())
        screen.line(console.note);
}

void show_timers(Screen& screen, const TimerFacts& timer) {
    static constexpr const char* names[] = {"secure", "physical", "virtual", "hypervisor",
                                            "hypervisor virtual"};
    screen.heading("Timers");
    std::vector<std::string> parts;
    for (size_t i = 0; i < timer.intids.size() && i < std::size(names); i++)
        parts.push_back(fmt::format("{} {}", names[i], timer.intids[i]));
    std::string line = parts.empty() ? "no armv8-timer" : "INTID: " + joined(parts, ", ");
    if (timer.frequency)
        line += fmt::format("; {} Hz by the tree", *timer.frequency);
    screen.line(line);
}

void show_firmware(Screen& screen, const Tree& tree, const Facts& facts) {
    screen.heading("Firmware");
    if (facts.psci)
        screen.line(fmt::format("PSCI {}.{} or newer, by {}", facts.psci->version >> 16,
                                facts.psci->version & 0xffff, facts.psci->method));
    else
        screen.line("no PSCI");
    for (const SmcUser& user : facts.smc)
        screen.line(fmt::format("{} ({}){}{}", user.what, tree.name_of(*user.node),
                                user.id ? fmt::format(", SMC {:#x}", *user.id) : "",
                                user.enabled ? "" : ", disabled"));
}

void show_dma(Screen& screen, const Tree& tree, const Facts& facts) {
    screen.heading("IOMMUs");
    std::map<std::string, std::vector<std::string>> kinds;
    for (const Iommu& iommu : facts.iommus) {
        std::string kind = iommu.type.empty() ? iommu.node->text("compatible") : iommu.type;
        kinds[kind + (iommu.enabled ? "" : ", disabled")].push_back(tree.name_of(*iommu.node));
    }
    if (kinds.empty())
        screen.line("none");
    for (const auto& [kind, names] : kinds)
        screen.line(kind + ": " +
                    (names.size() > 6 ? fmt::format("{}", names.size()) : joined(names, ", ")));
    std::vector<std::string> masters;
    for (const Node* node : facts.masters_without_iommu)
        masters.push_back(tree.name_of(*node));
    std::string more;
    if (masters.size() > 8) {
        more = fmt::format(" and {} more", masters.size() - 8);
        masters.resize(8);
    }
    screen.line("DMA masters without one: " +
                (masters.empty() ? "none" : joined(masters, ", ") + more));
}

template <typename List, typename Text>
void show_list(Screen& screen, const std::string& heading, const List& list, const char* none,
               Text text, size_t most = 8) {
    screen.heading(heading);
    std::vector<std::string> parts;
    for (const auto& item : list)
        parts.push_back(text(item));
    std::string more;
    if (parts.size() > most) {
        more = fmt::format(", and {} more (--json has all)", parts.size() - most);
        parts.resize(most);
    }
    screen.line(parts.empty() ? none : joined(parts, ", ") + more);
}

void show_memory(Screen& screen, const Facts& facts) {
    show_list(screen, "Memory", facts.memory, "unknown: the tree has no RAM (see --iomem)",
              range_text);
    show_list(screen, "Reserved", facts.reserved, "nothing by the tree",
              [](const ReservedRange& range) {
                  return fmt::format("{} {}{}", range.range ? range.range->text() : "anywhere",
                                     range.name, range.no_map ? " (no-map)" : "");
              });
    if (!facts.holes.empty())
        show_list(screen, "Holes", facts.holes, "", range_text);
    auto windows = facts.ecam_windows;
    std::stable_sort(windows.begin(), windows.end(),
                     [](const Range& a, const Range& b) { return a.size() > b.size(); });
    show_list(
        screen, "Free", windows, "no window for virtual PCI below 4 GiB",
        [](const Range& range) { return range_text(range); }, 5);
    auto spis = facts.free_spis;
    std::stable_sort(spis.begin(), spis.end(),
                     [](const Range& a, const Range& b) { return a.size() > b.size(); });
    if (spis.size() > 6)
        spis.resize(6);
    std::sort(spis.begin(), spis.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<std::string> parts;
    for (const Range& range : spis)
        parts.push_back(range.first == range.last ? std::to_string(range.first)
                                                  : fmt::format("{}-{}", range.first, range.last));
    screen.line(
        "INTIDs of SPIs, the longest runs: " + joined(parts, ", ") +
        (facts.highest_spi ? fmt::format("; the highest in use is {}", *facts.highest_spi) : ""));
}

} // namespace

std::string inspect_text(const Tree& tree, const Facts& facts) {
    Screen screen(11);
    screen.heading("Board");
    screen.line((facts.model.empty() ? "no model" : facts.model) + " (" +
                joined(facts.compatible, ", ") + ")");
    show_cpus(screen, facts);
    show_gic(screen, tree, facts);
    show_console(screen, tree, facts.console);
    show_timers(screen, facts.timer);
    show_firmware(screen, tree, facts);
    show_dma(screen, tree, facts);
    show_memory(screen, facts);
    std::string text = screen.text() + "\nWhat to look after:\n";
    unsigned number = 1;
    for (const OpenPoint& point : facts.open_points) {
        static constexpr const char* kinds[] = {"BLOCKS: ", "MISSING: ", ""};
        Screen item(5);
        item.heading(fmt::format("{:>3}.", number++));
        item.line(kinds[static_cast<size_t>(point.kind)] + point.text + " " + point.todo);
        text += item.text();
    }
    return text;
}

} // namespace brig::port
