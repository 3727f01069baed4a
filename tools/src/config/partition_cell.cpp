// SPDX-License-Identifier: Apache-2.0
#include "config/partition_cell.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::config {

std::set<unsigned> CellReader::read_cpus() {
    std::set<unsigned> cpus;
    bool derived = root_ && context_.board;
    if (!node_.has("cpus") && !derived)
        node_.error("the property `cpus` is missing: add `cpus = <0 1>;` (Linux's CPU numbers)");
    for (uint32_t cpu : node_.numbers("cpus")) {
        if (cpu >= BRIG_CPU_SET_MAX_SIZE * 8)
            node_.error("cpus", fmt::format("CPU {} is not possible: 0 to {}", cpu,
                                            BRIG_CPU_SET_MAX_SIZE * 8 - 1));
        else if (!cpus.insert(cpu).second)
            node_.error("cpus", fmt::format("CPU {} is given twice", cpu));
    }
    return cpus;
}

void CellReader::add_interrupt(std::set<unsigned>& intids, uint32_t intid,
                               std::string_view property) {
    if (intid < 32)
        node_.error(property,
                    fmt::format("INTID {} is an SGI or PPI, which every CPU brings along: list "
                                "SPIs only (INTID = SPI number + 32)",
                                intid));
    else if (intid >= context_.num_interrupts)
        node_.error(property, fmt::format("INTID {} is not possible: this interrupt controller's "
                                          "last one is {} (`num-interrupts` of "
                                          "/hypervisor/gic)",
                                          intid, context_.num_interrupts - 1));
    else if (!intids.insert(intid).second)
        node_.error(property, fmt::format("INTID {} is given twice", intid));
}

std::set<unsigned> CellReader::read_interrupts() {
    std::set<unsigned> intids;
    for (uint32_t intid : node_.numbers("interrupts"))
        add_interrupt(intids, intid, "interrupts");

    auto ranges = node_.numbers("interrupt-ranges");
    if (ranges.size() % 2 != 0) {
        node_.error("interrupt-ranges", "it must be pairs <first count ...>");
        return intids;
    }
    for (size_t i = 0; i < ranges.size(); i += 2) {
        uint32_t first = ranges[i];
        uint32_t count = ranges[i + 1];
        uint64_t last = uint64_t{first} + count - 1;
        if (count == 0 || last >= context_.num_interrupts || first < 32) {
            node_.error("interrupt-ranges",
                        fmt::format("<{} {}> is not possible: it must be SPIs, INTIDs 32 to {} "
                                    "(`num-interrupts` of /hypervisor/gic)",
                                    first, count, context_.num_interrupts - 1));
            continue;
        }
        for (uint32_t intid = first; intid <= last; intid++)
            add_interrupt(intids, intid, "interrupt-ranges");
    }
    return intids;
}

void CellReader::read_flags() {
    for (const auto& name : cell_flags()) {
        if (root_ && name.mask == BRIG_CELL_AARCH32)
            continue;
        if (node_.flag(name.property))
            cell_.flags |= static_cast<uint32_t>(name.mask);
    }
    if (cell_.flags & BRIG_CELL_CONSOLE_ACTIVE)
        cell_.flags |= BRIG_CELL_CONSOLE_PERMITTED;
}

// Properties that only make sense where somebody starts the cell.
void CellReader::read_start() {
    if (root_)
        return;
    cell_.cpu_reset_address = node_.address("reset-address").value_or(0);
    cell_.msg_reply_timeout = node_.wide_number("message-timeout").value_or(0);
    excluded_names_ = node_.texts("excludes");
}

// The program in the cell finds the registers where the cell sees them.
void CellReader::read_console_child(Node node) {
    ConsoleRead read = read_console(node, context_);
    cell_.console = read.console;
    if (!read.device)
        return;
    for (const auto& region : cell_.regions)
        if (region.has_phys() && region.phys_range().contains(read.console.address))
            cell_.console.address = region.virt + (read.console.address - region.phys);
}

void CellReader::read_children() {
    std::optional<Node> console;
    for (auto& child : node_.children()) {
        std::string kind = child.kind();
        bool by_name = child.has("of");
        if (kind == "device" && by_name && !root_) {
            read_device_of(child);
        } else if (kind == "memory" && by_name) {
            read_memory_of(child);
        } else if (kind == "memory" && !root_ && context_.board && !child.has("reg") &&
                   child.has("size")) {
            read_sized_memory(child);
        } else if (kind == "memory" || kind == "device") {
            read_region(child, kind == "device");
        } else if (kind == "comm-region" && !root_) {
            read_comm_region(child);
        } else if (kind == "placeholder") {
            child.finish();
            cell_.regions.push_back({child.path(), 0, 0, 0, 0});
        } else if (child.name() == "console") {
            console = child;
        } else {
            child.error(
                "there is no such node here" +
                suggestion(kind, {"memory", "device", "comm-region", "placeholder", "console"}));
        }
    }
    if (console) // last, since it may look for a region
        read_console_child(*console);
}

Cell CellReader::read() {
    cell_.where = node_.path();
    cell_.name = node_.text("label").value_or(node_.name());
    cell_.architecture = BRIG_CONFIG_ARCH_ARM64;
    cell_.revision = BRIG_CONFIG_REVISION;
    if (cell_.name.empty())
        node_.error("label", "it is empty: a cell needs a name");

    context_.acceptance->read(node_);
    cell_.cpu_set = make_cpu_set(read_cpus());
    read_flags();
    read_start();
    cell_.stream_ids = node_.numbers("stream-ids");
    if (auto intid = node_.number("virtual-pci-interrupts")) {
        if (*intid < 32 || *intid + 4 > context_.num_interrupts)
            node_.error("virtual-pci-interrupts",
                        fmt::format("{} is not possible: it is the first of four INTIDs from 32 "
                                    "to {}",
                                    *intid, context_.num_interrupts - 1));
        else
            cell_.vpci_irq_base = *intid - 32;
    }
    std::set<unsigned> intids = read_interrupts();
    if (!root_)
        read_device_list();
    read_children();
    intids.insert(device_interrupts_.begin(), device_interrupts_.end());
    cell_.irqchips = make_irqchips(intids, context_.gicd_base);
    for (auto& chip : cell_.irqchips)
        chip.where = node_.path();
    node_.finish();
    return cell_;
}

} // namespace brig::config
