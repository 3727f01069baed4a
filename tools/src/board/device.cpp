// SPDX-License-Identifier: Apache-2.0
#include "board/device.hpp"

#include <array>
#include <string_view>

namespace brig::board {

namespace {

// Lists of <provider args...>; a property that is damaged ends the list.
std::vector<Supply> supplies(const Tree& tree, const Node& node, const std::string& property,
                             const std::string& names_property, const std::string& count_property) {
    std::vector<Supply> result;
    auto cells = node.cells(property);
    auto names = node.strings(names_property);
    for (size_t at = 0; at < cells.size();) {
        uint32_t phandle = cells[at++];
        const Node* provider = tree.by_phandle(phandle);
        if (!provider && phandle == 0) // a place left free on purpose
            continue;
        if (!provider)
            break;
        size_t count = provider->cell(count_property).value_or(0);
        if (count > cells.size() - at)
            break;
        auto first = cells.begin() + static_cast<long>(at);
        std::string name = result.size() < names.size() ? names[result.size()] : "";
        result.push_back({provider, {first, first + static_cast<long>(count)}, name});
        at += count;
    }
    return result;
}

std::vector<Streams> streams_of(const Tree& tree, const Node& node) {
    std::vector<Streams> result;
    for (const auto& use : supplies(tree, node, "iommus", "", "#iommu-cells")) {
        if (use.args.empty())
            result.push_back({use.provider, 0, 0, 0});
        else
            result.push_back({use.provider, use.args[0], 1, use.args.size() > 1 ? use.args[1] : 0});
    }
    // <first requester id, IOMMU, first stream id, count>
    auto map = node.cells("iommu-map");
    for (size_t at = 0; at + 4 <= map.size(); at += 4)
        if (const Node* iommu = tree.by_phandle(map[at + 1]))
            result.push_back({iommu, map[at + 2], map[at + 3], 0});
    return result;
}

// Generic names of devices that move data by themselves (Devicetree Specification, 2.2.2, and what
// the bindings of Linux require).
constexpr std::array<std::string_view, 38> master_names = {"ethernet",
                                                           "mmc",
                                                           "usb",
                                                           "sata",
                                                           "pcie",
                                                           "pci",
                                                           "dma-controller",
                                                           "dma",
                                                           "gpu",
                                                           "display",
                                                           "display-controller",
                                                           "display-subsystem",
                                                           "crypto",
                                                           "video-codec",
                                                           "ufs",
                                                           "ufshc",
                                                           "nand-controller",
                                                           "sdhci",
                                                           "mshc",
                                                           "dwmmc",
                                                           "vop",
                                                           "npu",
                                                           "isp",
                                                           "csi",
                                                           "hdlcd",
                                                           "virtio_mmio",
                                                           "remoteproc",
                                                           "can-fd",
                                                           "dc",
                                                           "vic",
                                                           "ahci",
                                                           "xhci",
                                                           "ehci",
                                                           "ohci",
                                                           "jpeg-codec",
                                                           "video-decoder",
                                                           "video-encoder",
                                                           "wifi"};

void judge_dma(Device& device) {
    const Node& node = *device.node;
    auto is = [&device](std::string reason) {
        device.dma_master = true;
        device.dma_reason = std::move(reason);
    };
    if (!device.streams.empty())
        is("it is connected to an IOMMU");
    else if (node.has("dma-coherent"))
        is("dma-coherent");
    else if (node.has("#dma-cells"))
        is("it is a DMA controller");
    else if (node.has("interconnects") && node.has("memory-region"))
        is("interconnects and memory-region");
    else
        for (auto name : master_names)
            if (node.base_name() == name && !device.registers.empty())
                is("node name `" + std::string(name) + "`");
}

bool is_pci_host(const Node& node) {
    return node.text("device_type") == "pci" && node.has("ranges") &&
           !(node.parent && node.parent->text("device_type") == "pci");
}

std::vector<Window> windows_of(const Node& node) {
    std::vector<Window> result;
    if (!is_pci_host(node) || !node.parent || node.address_cells() != 3)
        return result;
    auto ranges = node.cells("ranges");
    size_t parent_cells = node.parent->address_cells();
    size_t size_cells = node.size_cells();
    if (parent_cells == 0 || parent_cells > 4 || size_cells == 0 || size_cells > 2)
        return result;
    size_t entry = 3 + parent_cells + size_cells;
    static constexpr Window::Kind kinds[] = {Window::Kind::Config, Window::Kind::Io,
                                             Window::Kind::Memory32, Window::Kind::Memory64};
    for (size_t at = 0; at + entry <= ranges.size(); at += entry) {
        auto first = ranges.begin() + static_cast<long>(at);
        auto address = cpu_address(node, {first + 3, first + 3 + static_cast<long>(parent_cells)});
        uint64_t size = 0;
        for (size_t i = 0; i < size_cells; i++)
            size = size << 32 | ranges[at + 3 + parent_cells + i];
        if (address && size != 0)
            result.push_back({kinds[*first >> 24 & 3], make_range(*address, size)});
    }
    return result;
}

// Nodes that describe something else than a device.
bool is_description(const Node& node) {
    static constexpr std::array<std::string_view, 11> tops = {
        "cpus",      "chosen",          "aliases",         "__symbols__",
        "memory",    "reserved-memory", "options",         "thermal-zones",
        "opp-table", "__fixups__",      "__local_fixups__"};
    for (const Node* at = &node; at->parent; at = at->parent)
        if (!at->parent->parent)
            for (auto name : tops)
                if (at->base_name() == name)
                    return true;
    return !node.parent;
}

} // namespace

std::vector<Range> Device::addresses() const {
    std::vector<Range> ranges;
    for (const Register& part : registers)
        ranges.push_back(part.range);
    for (const Window& window : windows)
        ranges.push_back(window.range);
    return ranges;
}

Device device_of(const Tree& tree, const Node& node) {
    Device device;
    device.node = &node;
    device.registers = registers_of(node);
    device.windows = windows_of(node);
    auto lines = interrupts_of(tree, node);
    device.interrupts = std::move(lines.interrupts);
    device.foreign_interrupts = lines.foreign;
    device.clocks = supplies(tree, node, "clocks", "clock-names", "#clock-cells");
    device.power_domains =
        supplies(tree, node, "power-domains", "power-domain-names", "#power-domain-cells");
    device.resets = supplies(tree, node, "resets", "reset-names", "#reset-cells");
    device.streams = streams_of(tree, node);
    judge_dma(device);
    return device;
}

std::vector<Device> devices(const Tree& tree) {
    std::vector<Device> result;
    for (const auto& node : tree.nodes()) {
        if (is_description(*node))
            continue;
        Device device = device_of(tree, *node);
        if (node->has("compatible") || !device.registers.empty() || !device.interrupts.empty())
            result.push_back(std::move(device));
    }
    return result;
}

} // namespace brig::board
