// SPDX-License-Identifier: Apache-2.0
#include "config/partition_cell.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <brig/comm_region.h>
#include <fmt/format.h>

namespace brig::config {

Console read_console(Node node) {
    Console console;
    auto word = node.text("type");
    auto type = word ? console_type(*word) : std::nullopt;
    if (!word && !node.has("type"))
        node.error("the property `type` is missing: one of " + console_type_words());
    else if (word && !type)
        node.error("type", fmt::format("\"{}\" is no console type: one of {}", *word,
                                       console_type_words()));
    console.type = type.value_or(BRIG_CONSOLE_NONE);
    bool exists = console.type != BRIG_CONSOLE_NONE;
    auto reg = exists ? node.required_range("reg") : node.range("reg");
    if (reg) {
        console.address = reg->first;
        console.size = static_cast<uint32_t>(reg->second);
        if (reg->second > 0xffffffff)
            node.error("reg", fmt::format("a size of {:#x} is not possible", reg->second));
    }

    uint32_t distance = node.number("register-distance").value_or(4);
    if (distance != 1 && distance != 4)
        node.error(
            "register-distance",
            fmt::format("{} is not possible: 1 (8-bit accesses) or 4 (32-bit accesses)", distance));
    uint32_t flags = exists ? BRIG_CON_MMIO : 0;
    if (exists && distance == 4)
        flags |= BRIG_CON_REGDIST_4;
    for (const auto& name : console_flags())
        if (name.mask >= BRIG_CON_INVERTED_GATE && node.flag(name.property))
            flags |= static_cast<uint32_t>(name.mask);
    console.flags = static_cast<uint16_t>(flags);

    console.divider = node.number("divider").value_or(0);
    console.clock_reg = node.address("clock-gate-register").value_or(0);
    console.gate_nr = node.number("clock-gate-bit").value_or(0);
    if (console.gate_nr > 31)
        node.error("clock-gate-bit", fmt::format("{} is not possible: 0 to 31", console.gate_nr));
    for (auto& child : node.children())
        child.error("there are no nodes inside a console");
    node.finish();
    return console;
}

std::set<unsigned> CellReader::read_cpus() {
    std::set<unsigned> cpus;
    if (!node_.has("cpus"))
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
    else if (intid >= num_interrupts_)
        node_.error(property, fmt::format("INTID {} is not possible: this interrupt controller's "
                                          "last one is {} (`num-interrupts` of "
                                          "/hypervisor/gic)",
                                          intid, num_interrupts_ - 1));
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
        if (count == 0 || last >= num_interrupts_ || first < 32) {
            node_.error("interrupt-ranges",
                        fmt::format("<{} {}> is not possible: it must be SPIs, INTIDs 32 to {} "
                                    "(`num-interrupts` of /hypervisor/gic)",
                                    first, count, num_interrupts_ - 1));
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

void CellReader::read_region(Node node, bool device) {
    MemoryRegion region;
    region.where = node.path();
    auto reg = node.required_range("reg");
    if (reg) {
        region.phys = region.virt = reg->first;
        region.size = reg->second;
        node.check_unit(reg->first, "reg");
    }
    if (!root_)
        region.virt = node.address("guest").value_or(region.phys);

    for (const auto& name : memory_flags()) {
        bool implied = name.mask == BRIG_MEM_IO || name.mask == BRIG_MEM_COMM_REGION;
        if (!implied && node.flag(name.property))
            region.flags |= name.mask;
    }
    if (!region.is(BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE))
        region.flags |= BRIG_MEM_READ | BRIG_MEM_WRITE | (device ? 0u : BRIG_MEM_EXECUTE);
    if (device)
        region.flags |= BRIG_MEM_IO;

    bool reserved = root_ && !device && node.flag("reserved");
    for (auto& child : node.children())
        child.error("there are no nodes inside a region");
    node.finish();
    if (reg && reg->second == 0) {
        node.error("reg", "its size is 0: give it one, or write a `placeholder` node where an "
                          "empty region must take an index");
        return;
    }
    if (!reg)
        return;
    if (reserved)
        reserved_.push_back(region.phys_range());
    cell_.regions.push_back(region);
}

void CellReader::read_comm_region(Node node) {
    MemoryRegion region;
    region.where = node.path();
    region.flags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_COMM_REGION;
    region.virt = node.address("guest").value_or(BRIG_COMM_BASE);
    region.size = node.wide_number("size").value_or(0x1000);
    node.check_unit(region.virt, "guest");
    node.finish();
    cell_.regions.push_back(region);
}

void CellReader::read_children() {
    for (auto& child : node_.children()) {
        std::string kind = child.kind();
        if (kind == "memory" || kind == "device") {
            read_region(child, kind == "device");
        } else if (kind == "comm-region" && !root_) {
            read_comm_region(child);
        } else if (kind == "placeholder") {
            child.finish();
            cell_.regions.push_back({child.path(), 0, 0, 0, 0});
        } else if (child.name() == "console") {
            cell_.console = read_console(child);
        } else {
            child.error(
                "there is no such node here" +
                suggestion(kind, {"memory", "device", "comm-region", "placeholder", "console"}));
        }
    }
}

Cell CellReader::read() {
    cell_.where = node_.path();
    cell_.name = node_.text("label").value_or(node_.name());
    cell_.architecture = BRIG_CONFIG_ARCH_ARM64;
    cell_.revision = BRIG_CONFIG_REVISION;
    if (cell_.name.empty())
        node_.error("label", "it is empty: a cell needs a name");

    cell_.cpu_set = make_cpu_set(read_cpus());
    read_flags();
    read_start();
    cell_.irqchips = make_irqchips(read_interrupts(), gicd_base_);
    for (auto& chip : cell_.irqchips)
        chip.where = node_.path();
    cell_.stream_ids = node_.numbers("stream-ids");
    if (auto intid = node_.number("virtual-pci-interrupts")) {
        if (*intid < 32 || *intid + 4 > num_interrupts_)
            node_.error("virtual-pci-interrupts",
                        fmt::format("{} is not possible: it is the first of four INTIDs from 32 "
                                    "to {}",
                                    *intid, num_interrupts_ - 1));
        else
            cell_.vpci_irq_base = *intid - 32;
    }
    read_children();
    node_.finish();
    return cell_;
}

} // namespace brig::config
