// SPDX-License-Identifier: Apache-2.0
// Memory: the hypervisor's, the root cell's, the cells'.
#include "doctor/check.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::doctor {

namespace {

constexpr const char* reserve_remedy =
    "boot with the overlay reserved-memory.dtbo of `brig config compile` on the device tree; it "
    "has a reserved-memory node with no-map for it";

std::vector<Range> system_ram(const board::Iomem& iomem) {
    std::vector<Range> result;
    for (const auto& entry : iomem.entries)
        if (entry.level == 0 && entry.name == "System RAM")
            result.push_back(entry.range);
    return merged(std::move(result));
}

// RAM that exists: the boot loader's banks; where the tree has none (EFI), what Linux lists.
std::vector<Range> installed(const Target& target) {
    if (!target.banks.empty())
        return target.banks;
    return target.iomem ? target.iomem->ram() : std::vector<Range>();
}

// With what the tree reserves outside of the banks, for somebody knew of that memory: RAM that the
// boot loader keeps from Linux (ramoops), a memory of the SoC. Our own overlay's nodes prove
// nothing.
std::vector<Range> known(const Target& target) {
    std::vector<Range> result = installed(target);
    for (const board::ReservedRange& reserved : target.reserved)
        if (reserved.range && !reserved.name.starts_with("brig-"))
            result.push_back(*reserved.range);
    return merged(std::move(result));
}

std::optional<Range> overlap(const std::vector<Range>& ranges, const Range& range) {
    for (const Range& candidate : ranges)
        if (candidate.overlaps(range))
            return candidate;
    return {};
}

bool is_ram(const config::MemoryRegion& region) {
    return region.has_phys() && !region.is(BRIG_MEM_IO) && !region.sub_page();
}

std::string texts(const std::vector<Range>& ranges) {
    std::vector<std::string> parts;
    for (const Range& range : ranges)
        parts.push_back(range.text());
    return joined(parts);
}

bool iomem_known(const Subject& subject, Lines& lines) {
    if (subject.target.iomem)
        return true;
    lines.warn(subject.target.iomem.problem, "run `brig doctor` as root");
    return false;
}

} // namespace

void check_reservation(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    if (!system || !iomem_known(subject, lines))
        return;
    if (system->hypervisor_memory.size == 0)
        return lines.fail("the configuration gives the hypervisor no memory",
                          "add `memory` or `size` to the node `hypervisor` of the partition file");
    const Target& target = subject.target;
    const Range memory = system->hypervisor_memory.phys_range();
    const std::vector<Range> ram = installed(target);
    if (!without({memory}, ram).empty())
        return lines.fail(
            fmt::format("hypervisor memory {} is not in the RAM of this machine: {}", memory.text(),
                        texts(ram)),
            "move it in the partition file (`memory` of the node `hypervisor`), or use the "
            "configuration of this machine");
    if (const auto used = overlap(system_ram(*target.iomem), memory))
        return lines.fail(fmt::format("hypervisor memory {} is not reserved: Linux uses {} as "
                                      "System RAM",
                                      memory.text(), used->text()),
                          reserve_remedy);
    for (const board::IomemEntry& entry : target.iomem->entries)
        if (entry.range.overlaps(memory) && entry.name != "reserved" &&
            entry.name != "Brig hypervisor")
            return lines.fail(fmt::format("hypervisor memory {} is claimed by `{}`", memory.text(),
                                          printable(entry.name)),
                              "move it in the partition file, or remove that driver");
    for (const board::ReservedRange& reserved : target.reserved)
        if (reserved.no_map && reserved.range && reserved.range->contains(memory))
            return lines.pass(
                fmt::format("{} is reserved ({})", memory.text(), printable(reserved.name)));
    lines.warn(fmt::format("{} is not Linux's, but no reserved-memory node with no-map covers it",
                           memory.text()),
               std::string(reserve_remedy) + "; mem= on the command line is no protection against "
                                             "firmware");
}

void check_memory(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    if (!system || !iomem_known(subject, lines))
        return;
    const std::vector<Range> ram = installed(subject.target), there = known(subject.target);
    std::vector<Range> given;
    for (const auto& region : system->root.regions)
        if (region.has_phys()) {
            given.push_back(region.phys_range());
            if (const auto outside = without({region.phys_range()}, there);
                is_ram(region) && !outside.empty())
                lines.fail(fmt::format("{}: RAM {} is not there (this machine has {}); such "
                                       "addresses may be second names of other memory",
                                       region.where, texts(outside), texts(ram)),
                           "take the banks from the boot loader: `ram` of the partition file must "
                           "be what /proc/iomem shows here");
        }
    if (system->hypervisor_memory.size != 0)
        given.push_back(system->hypervisor_memory.phys_range());
    if (const auto lost = without(system_ram(*subject.target.iomem), given); !lost.empty())
        lines.fail(fmt::format("Linux uses RAM that the root cell is not given: {}", texts(lost)),
                   "add it to the memory of the root cell, or Linux faults there once Brig is "
                   "enabled");
    if (lines.clean())
        lines.pass(fmt::format("the configuration's RAM is that of this machine: {}", texts(ram)));
}

void check_cell_memory(const Subject& subject, Lines& lines) {
    if (!subject.configuration || subject.configuration->cells.empty() ||
        !iomem_known(subject, lines))
        return;
    const std::vector<Range> used = system_ram(*subject.target.iomem);
    for (const auto& cell : subject.configuration->cells)
        for (const auto& region : cell.regions) {
            if (!is_ram(region) || region.is(BRIG_MEM_ROOTSHARED))
                continue;
            if (overlap(used, region.phys_range()))
                lines.fail(fmt::format("cell `{}`: its memory {} is not reserved: Linux uses it as "
                                       "System RAM",
                                       printable(cell.name), region.phys_range().text()),
                           reserve_remedy);
        }
    if (lines.clean())
        lines.pass("no cell wants memory that Linux lives in");
}

} // namespace brig::doctor
