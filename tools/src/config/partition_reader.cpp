// SPDX-License-Identifier: Apache-2.0
// The tree as a whole and the hypervisor's part; partition_cell.cpp reads the cells.
#include "config/names.hpp"
#include "config/partition.hpp"
#include "config/partition_cell.hpp"
#include "config/partition_node.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <libfdt.h>

#include <algorithm>

namespace brig::config {

namespace {

constexpr std::string_view compatible = "brig,partition";

void read_gic(Node node, System& system) {
    auto version = node.required_number("version");
    if (version && *version != 2 && *version != 3)
        node.error("version",
                   fmt::format("{} is not possible: 2 or 3 (which covers GICv4)", *version));
    system.gic_version = static_cast<uint8_t>(version.value_or(0) == 2 ? 2 : 3);
    system.gicd_base = node.required_address("gicd").value_or(0);
    if (system.gic_version == 3) {
        system.gicr_base = node.required_address("gicr").value_or(0);
    } else {
        system.gicc_base = node.required_address("gicc").value_or(0);
        system.gich_base = node.required_address("gich").value_or(0);
        system.gicv_base = node.required_address("gicv").value_or(0);
    }

    auto maintenance = node.required_number("maintenance-interrupt");
    if (maintenance && (*maintenance < 16 || *maintenance > 31))
        node.error("maintenance-interrupt",
                   fmt::format("{} is no PPI: an INTID from 16 to 31 is needed (the second number "
                               "of the device tree's `interrupts`, plus 16)",
                               *maintenance));
    else
        system.maintenance_irq = static_cast<uint8_t>(maintenance.value_or(0));

    if (auto count = node.number("num-interrupts")) {
        if (*count < 32 || *count > 1024)
            node.error("num-interrupts", fmt::format("{} is not possible: 32 to 1024", *count));
        else
            system.num_interrupts = std::min(*count, 1020u);
    }
    node.finish();
}

void read_pci(Node node, System& system) {
    system.pci_mmconfig_base = node.required_address("ecam").value_or(0);
    uint32_t end_bus = node.number("end-bus").value_or(0);
    if (end_bus > 255)
        node.error("end-bus", fmt::format("{} is not possible: 0 to 255", end_bus));
    system.pci_mmconfig_end_bus = static_cast<uint8_t>(end_bus);
    system.pci_is_virtual = node.flag("virtual") ? 1 : 0;
    uint32_t domain = node.number("domain").value_or(system.pci_is_virtual ? 0xffff : 0);
    if (domain > 0xffff)
        node.error("domain", fmt::format("{} is not possible: 0 to 65535", domain));
    system.pci_domain = static_cast<uint16_t>(domain);
    node.finish();
}

void read_iommu(Node node, System& system) {
    auto free_unit = std::find_if(system.iommu_units.begin(), system.iommu_units.end(),
                                  [](const IommuUnit& unit) { return unit.type == 0; });
    if (free_unit == system.iommu_units.end()) {
        node.error(fmt::format("there are more than {} IOMMU units", BRIG_MAX_IOMMU_UNITS));
        return;
    }
    IommuUnit unit;
    unit.where = node.path();
    auto word = node.text("type");
    auto type = word ? iommu_type(*word) : std::nullopt;
    if (!type)
        node.error("type", "one of \"smmuv3\", \"mmu500\", \"pvu\" is needed");
    unit.type = type.value_or(BRIG_IOMMU_SMMUV3);
    if (auto range = node.required_range("reg")) {
        node.check_unit(range->first, "reg");
        unit.base = range->first;
        unit.size = static_cast<uint32_t>(range->second);
    }
    if (unit.type == BRIG_IOMMU_PVU) {
        auto tlb = node.required_range("tlb").value_or(std::pair<uint64_t, uint64_t>());
        unit.tlb_base = tlb.first;
        unit.tlb_size = static_cast<uint32_t>(tlb.second);
    }
    node.finish();
    *free_unit = unit;
}

void read_hypervisor(Node node, System& system) {
    system.hypervisor_where = node.path();
    if (auto memory = node.required_range("memory"))
        system.hypervisor_memory = {node.path(), memory->first, 0, memory->second, 0};
    system.flags = node.flag("virtual-console") ? BRIG_SYS_VIRTUAL_CONSOLE : 0;

    bool has_gic = false;
    for (auto& child : node.children()) {
        std::string kind = child.kind();
        if (child.name() == "gic") {
            read_gic(child, system);
            has_gic = true;
        } else if (child.name() == "console") {
            system.debug_console = read_console(child);
        } else if (child.name() == "pci") {
            read_pci(child, system);
        } else if (kind == "iommu") {
            read_iommu(child, system);
        } else {
            child.error("there is no such node here" +
                        suggestion(kind, {"gic", "console", "pci", "iommu"}));
        }
    }
    if (!has_gic)
        node.error("the node `gic` is missing: add `gic { version = <3>; ... };`");
    node.finish();
}

struct Parts {
    std::optional<Node> hypervisor, root, cells;
};

Parts top_level(Node& tree) {
    Parts parts;
    for (auto& child : tree.children()) {
        std::string name = child.name();
        if (name == "hypervisor")
            parts.hypervisor = child;
        else if (name == "root")
            parts.root = child;
        else if (name == "cells")
            parts.cells = child;
        else
            child.error("there is no such node here" +
                        suggestion(name, {"hypervisor", "root", "cells"}));
    }
    if (!parts.hypervisor)
        tree.error("the node `hypervisor` is missing: it says where the hypervisor's memory, "
                   "console and interrupt controller are");
    if (!parts.root)
        tree.error("the node `root` is missing: it lists what the root cell owns, all that cells "
                   "take included");
    return parts;
}

Widths read_widths(const void* fdt, Findings& findings) {
    Widths widths;
    Node tree(fdt, 0, "", widths, findings);
    for (auto [property, width] :
         {std::pair("#address-cells", &widths.address), std::pair("#size-cells", &widths.size)}) {
        uint32_t value = tree.number(property).value_or(2);
        if (value != 1 && value != 2)
            tree.error(property, fmt::format("{} is not possible: 1 or 2", value));
        else
            *width = value;
    }
    return widths;
}

// Turns the names of `excludes` into the places that the model uses.
void resolve_excluded(Node& node, const std::vector<std::string>& excluded, Partition& partition,
                      Cell& cell) {
    std::vector<std::string_view> names(partition.file_names.begin(), partition.file_names.end());
    for (const auto& name : excluded) {
        std::string place = "/cells/" + name;
        if (std::find(names.begin(), names.end(), name) == names.end())
            node.error("excludes",
                       fmt::format("there is no cell \"{}\"{}", name, suggestion(name, names)));
        else if (place == cell.where)
            node.error("excludes", "the cell names itself");
        cell.excludes.insert(place);
    }
}

void read_cells(Node node, Partition& partition, unsigned num_interrupts) {
    std::vector<Node> nodes = node.children();
    std::vector<std::vector<std::string>> excluded;
    for (auto& child : nodes) {
        std::string name = child.name();
        if (name == "root")
            child.error("a cell cannot be called `root`: its file would replace the root cell's; "
                        "rename it");
        if (name.find('@') != std::string::npos)
            child.error("the name of a cell takes no unit address: remove the part from `@` on");
        CellReader reader(child, partition.configuration.system.gicd_base, num_interrupts, false);
        partition.configuration.cells.push_back(reader.read());
        partition.file_names.push_back(name);
        excluded.push_back(reader.excluded_names());
    }
    for (size_t i = 0; i < nodes.size(); i++)
        resolve_excluded(nodes[i], excluded[i], partition, partition.configuration.cells[i]);
    node.finish();
}

} // namespace

Partition read_partition(const Bytes& blob) {
    const void* fdt = blob.data();
    // The length is checked first: libfdt trusts the header's own idea of it.
    if (blob.size() < sizeof(fdt_header) || fdt_check_full(fdt, blob.size()) != 0)
        fail("reading the partition: the device-tree blob is damaged or truncated; compile it "
             "again with dtc");

    Partition partition;
    System& system = partition.configuration.system;
    Findings& findings = partition.findings;
    Widths widths = read_widths(fdt, findings);
    if (has_errors(findings)) // no address could be read
        return partition;
    Node tree(fdt, 0, "", widths, findings);
    tree.number("#address-cells");
    tree.number("#size-cells");

    auto kind = tree.text("compatible");
    if (kind != compatible) {
        tree.error("compatible", fmt::format("it must be \"{}\": that makes a device-tree source "
                                             "a partition file",
                                             compatible));
        return partition;
    }
    Parts parts = top_level(tree);
    tree.finish();

    system.architecture = BRIG_CONFIG_ARCH_ARM64;
    system.revision = BRIG_CONFIG_REVISION;
    if (parts.hypervisor)
        read_hypervisor(*parts.hypervisor, system);
    if (parts.root) {
        system.where = parts.root->path();
        CellReader reader(*parts.root, system.gicd_base, system.num_interrupts, true);
        system.root = reader.read();
        partition.reserved = reader.reserved();
    }
    if (parts.cells)
        read_cells(*parts.cells, partition, system.num_interrupts);
    return partition;
}

bool has_errors(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.severity == Severity::Error; });
}

} // namespace brig::config
