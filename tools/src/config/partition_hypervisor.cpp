// SPDX-License-Identifier: Apache-2.0
// The node /hypervisor.
#include "config/names.hpp"
#include "config/partition_cell.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

// What the board tree says; what it does not say stays 0.
void gic_from_tree(const board::Gic& tree, System& system) {
    auto start = [](const std::optional<Range>& range) { return range ? range->first : 0; };
    system.gic_version = static_cast<uint8_t>(tree.version);
    system.gicd_base = start(tree.gicd);
    if (tree.version == 3) {
        system.gicr_base = tree.gicr.empty() ? 0 : tree.gicr.front().first;
    } else {
        system.gicc_base = start(tree.gicc);
        system.gich_base = start(tree.gich);
        system.gicv_base = start(tree.gicv);
    }
    system.maintenance_irq = static_cast<uint8_t>(tree.maintenance_irq.value_or(0));
}

// The property overrules the board tree, and is needed where that says nothing.
void read_address(Node& node, const char* property, uint64_t& value) {
    if (node.has(property) || !value)
        value = node.required_address(property).value_or(0);
}

void read_maintenance(Node& node, System& system) {
    if (!node.has("maintenance-interrupt") && system.maintenance_irq)
        return;
    auto maintenance = node.required_number("maintenance-interrupt");
    if (maintenance && (*maintenance < 16 || *maintenance > 31))
        node.error("maintenance-interrupt",
                   fmt::format("{} is no PPI: an INTID from 16 to 31 is needed (the second number "
                               "of the device tree's `interrupts`, plus 16)",
                               *maintenance));
    else
        system.maintenance_irq = static_cast<uint8_t>(maintenance.value_or(0));
}

void read_gic(Node node, System& system) {
    auto version = node.has("version") || !system.gic_version
                       ? node.required_number("version")
                       : std::optional<uint32_t>(system.gic_version);
    if (version && *version != 2 && *version != 3)
        node.error("version",
                   fmt::format("{} is not possible: 2 or 3 (which covers GICv4)", *version));
    system.gic_version = static_cast<uint8_t>(version.value_or(0) == 2 ? 2 : 3);
    read_address(node, "gicd", system.gicd_base);
    if (system.gic_version == 3) {
        read_address(node, "gicr", system.gicr_base);
    } else {
        read_address(node, "gicc", system.gicc_base);
        read_address(node, "gich", system.gich_base);
        read_address(node, "gicv", system.gicv_base);
    }
    read_maintenance(node, system);
    if (auto count = node.number("num-interrupts")) {
        if (*count < 32 || *count > 1024)
            node.error("num-interrupts", fmt::format("{} is not possible: 32 to 1024", *count));
        else
            system.num_interrupts = std::min(*count, 1020u);
    }
    node.finish();
}

// There is no node `gic`: the board tree must say everything.
void check_tree_gic(Node& hypervisor, const System& system, const ReadContext& context) {
    std::vector<std::string> missing;
    auto need = [&missing](const char* property, uint64_t value) {
        if (!value)
            missing.push_back(fmt::format("`{}`", property));
    };
    need("version", system.gic_version);
    need("gicd", system.gicd_base);
    if (system.gic_version == 3) {
        need("gicr", system.gicr_base);
    } else if (system.gic_version) {
        need("gicc", system.gicc_base);
        need("gich", system.gich_base);
        need("gicv", system.gicv_base);
    }
    need("maintenance-interrupt", system.maintenance_irq);
    if (!context.board)
        hypervisor.error("the node `gic` is missing: add `gic { version = <3>; ... };`");
    else if (!missing.empty())
        hypervisor.error(fmt::format("{} does not say everything about the interrupt controller: "
                                     "add a node `gic` with {}",
                                     context.board->file(), joined(missing)));
}

void read_pci(Node node, System& system, const ReadContext& context) {
    const auto* board = context.board;
    context.acceptance->read(node);
    uint32_t end_bus = node.number("end-bus").value_or(0);
    if (end_bus > 255)
        node.error("end-bus", fmt::format("{} is not possible: 0 to 255", end_bus));
    system.pci_mmconfig_end_bus = static_cast<uint8_t>(end_bus);
    system.pci_is_virtual = node.flag("virtual") ? 1 : 0;
    // The space itself and as much behind it, where the virtual devices' registers go.
    uint64_t wanted = (uint64_t{system.pci_mmconfig_end_bus} + 2) << 20;
    if (!node.has("ecam") && system.pci_is_virtual && board) {
        const auto& windows = board->facts.ecam_windows;
        auto window = std::find_if(windows.begin(), windows.end(),
                                   [wanted](const Range& range) { return range.size() >= wanted; });
        if (window != windows.end())
            system.pci_mmconfig_base = window->first;
        else
            node.error(fmt::format("the board tree shows no free window of {:#x} bytes: state "
                                   "`ecam`",
                                   wanted));
    } else {
        system.pci_mmconfig_base = node.required_address("ecam").value_or(0);
    }
    uint32_t domain = node.number("domain").value_or(system.pci_is_virtual ? 0xffff : 0);
    if (domain > 0xffff)
        node.error("domain", fmt::format("{} is not possible: 0 to 65535", domain));
    system.pci_domain = static_cast<uint16_t>(domain);
    node.finish();
}

// `of`: type and registers from the board tree.
void read_iommu_of(Node& node, Partition& partition, ReadContext& context, IommuUnit& unit) {
    auto text = node.text("of");
    const board::Node* found = text ? find_node(node, "of", *text, context) : nullptr;
    if (!found)
        return;
    partition.iommus.push_back(found);
    context.iommus.insert(found);
    for (const auto& iommu : context.board->facts.iommus) {
        uint32_t type = iommu_type(iommu.type).value_or(0);
        if (iommu.node != found || !type || !iommu.registers)
            continue;
        unit.type = type;
        unit.base = iommu.registers->first;
        unit.size = static_cast<uint32_t>(iommu.registers->size());
        return;
    }
    node.error("of", fmt::format("{} ({}) is no IOMMU of a kind that Brig knows", found->path,
                                 found->text("compatible")));
}

void read_iommu_registers(Node& node, IommuUnit& unit) {
    auto word = node.text("type");
    uint32_t type = word ? iommu_type(*word).value_or(0) : 0;
    if (!type)
        node.error("type", "one of \"smmuv3\", \"mmu500\", \"pvu\" is needed");
    unit.type = type ? type : BRIG_IOMMU_SMMUV3;
    if (auto range = node.required_range("reg")) {
        unit.base = range->first;
        unit.size = static_cast<uint32_t>(range->second);
    }
}

void read_iommu(Node node, Partition& partition, ReadContext& context) {
    System& system = partition.configuration.system;
    auto free_unit = std::find_if(system.iommu_units.begin(), system.iommu_units.end(),
                                  [](const IommuUnit& unit) { return unit.type == 0; });
    if (free_unit == system.iommu_units.end()) {
        node.error(fmt::format("there are more than {} IOMMU units", BRIG_MAX_IOMMU_UNITS));
        return;
    }
    IommuUnit unit;
    unit.where = node.path();
    if (node.has("of"))
        read_iommu_of(node, partition, context, unit);
    else
        read_iommu_registers(node, unit);
    if (unit.base)
        node.check_unit(unit.base, "reg");
    if (unit.type == BRIG_IOMMU_PVU) {
        auto tlb = node.required_range("tlb").value_or(std::pair<uint64_t, uint64_t>());
        unit.tlb_base = tlb.first;
        unit.tlb_size = static_cast<uint32_t>(tlb.second);
    }
    node.finish();
    *free_unit = unit;
}

void read_memory(Node& node, Partition& partition, const ReadContext& context) {
    System& system = partition.configuration.system;
    bool by_size = context.board && node.has("size") && !node.has("memory");
    if (by_size) {
        partition.hypervisor_size = node.wide_number("size").value_or(0);
        if (partition.hypervisor_size == 0 || partition.hypervisor_size % 0x1000 != 0)
            node.error("size", fmt::format("{:#x} is not possible: it must be whole pages of 4 "
                                           "KiB, such as <0x400000>",
                                           partition.hypervisor_size));
    } else if (context.board && !node.has("memory")) {
        node.error("the property `memory` or `size` is missing: add `size = <0x400000>;`");
    } else if (auto memory = node.required_range("memory")) {
        system.hypervisor_memory = {node.path(), memory->first, 0, memory->second, 0};
    }
}

// Without a node, the console that the firmware names.
void default_console(Node& node, Partition& partition, const ReadContext& context) {
    const board::Node* uart = context.board->facts.console.node;
    auto console = uart ? console_of(*context.board, *uart) : std::nullopt;
    if (console) {
        partition.configuration.system.debug_console = *console;
        partition.console = uart;
        return;
    }
    node.error("the board tree names no console that Brig has a driver for: add `console { device "
               "= \"...\"; };`, or `console { type = \"none\"; };` to do without");
}

} // namespace

void read_hypervisor(Node node, Partition& partition, ReadContext& context) {
    System& system = partition.configuration.system;
    system.hypervisor_where = node.path();
    context.acceptance->read(node);
    read_memory(node, partition, context);
    system.flags = node.flag("virtual-console") ? BRIG_SYS_VIRTUAL_CONSOLE : 0;

    if (context.board && context.board->facts.gic)
        gic_from_tree(*context.board->facts.gic, system);
    bool has_gic = false;
    bool has_console = false;
    for (auto& child : node.children()) {
        std::string kind = child.kind();
        if (child.name() == "gic") {
            read_gic(child, system);
            has_gic = true;
        } else if (child.name() == "console") {
            ConsoleRead read = read_console(child, context);
            system.debug_console = read.console;
            partition.console = read.device;
            has_console = true;
        } else if (child.name() == "pci") {
            read_pci(child, system, context);
        } else if (kind == "iommu") {
            read_iommu(child, partition, context);
        } else {
            child.error("there is no such node here" +
                        suggestion(kind, {"gic", "console", "pci", "iommu"}));
        }
    }
    if (!has_gic)
        check_tree_gic(node, system, context);
    if (!has_console && context.board)
        default_console(node, partition, context);
    context.gicd_base = system.gicd_base;
    context.num_interrupts = system.num_interrupts;
    node.finish();
}

} // namespace brig::config
