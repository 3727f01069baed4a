// SPDX-License-Identifier: Apache-2.0
// Memory and devices of a cell.
#include "config/names.hpp"
#include "config/partition_cell.hpp"

#include <brig/comm_region.h>
#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

uint64_t CellReader::read_region_flags(Node& node, bool device) {
    uint64_t flags = 0;
    for (const auto& name : memory_flags()) {
        bool implied = name.mask == BRIG_MEM_IO || name.mask == BRIG_MEM_COMM_REGION;
        if (!implied && node.flag(name.property))
            flags |= name.mask;
    }
    if (!(flags & (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE)))
        flags |= BRIG_MEM_READ | BRIG_MEM_WRITE | (device ? 0u : BRIG_MEM_EXECUTE);
    return device ? flags | BRIG_MEM_IO : flags;
}

void CellReader::read_region(Node node, bool device) {
    context_.acceptance->read(node);
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
    region.flags = read_region_flags(node, device);

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

// memory { size = <...>; }: the compiler chooses the place.
void CellReader::read_sized_memory(Node node) {
    context_.acceptance->read(node);
    MemoryRegion region;
    region.where = node.path();
    region.size = node.wide_number("size").value_or(0);
    if (region.size == 0 || region.size % 0x1000 != 0)
        node.error("size", fmt::format("{:#x} is not possible: it must be whole pages of 4 KiB, "
                                       "such as <0x10000>",
                                       region.size));
    auto guest = node.address("guest");
    if (guest)
        node.check_unit(*guest, "guest");
    region.virt = guest.value_or(0);
    region.flags = read_region_flags(node, false);
    for (auto& child : node.children())
        child.error("there are no nodes inside a region");
    node.finish();
    requests_.push_back({node.path(), 0, cell_.regions.size(), region.size, guest.has_value()});
    cell_.regions.push_back(region);
}

// memory { of = "/reserved-memory/..."; }: a node of the board tree says where.
void CellReader::read_memory_of(Node node) {
    context_.acceptance->read(node);
    const board::Node* found = nullptr;
    if (auto text = node.text("of"))
        found = find_node(node, "of", *text, context_);
    auto guest = root_ ? std::nullopt : node.address("guest");
    uint64_t flags = read_region_flags(node, false);
    node.finish();
    if (!found)
        return;
    auto registers = board::registers_of(*found);
    if (registers.empty())
        node.error("of", fmt::format("{} has no address: memory can only be taken from a node with "
                                     "`reg`",
                                     found->path));
    for (const auto& reg : registers) {
        uint64_t virt =
            guest ? *guest + (reg.range.first - registers[0].range.first) : reg.range.first;
        cell_.regions.push_back(
            {node.path(), reg.range.first, virt, reg.range.size(), flags, false, true});
    }
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

void CellReader::add_grant(Node& node, std::string_view property, GrantRequest request) {
    const BoardView& board = *context_.board;
    const board::Node& target = *request.device->node;
    for (const auto& other : cell_.devices)
        if (other.device == request.device) {
            node.error(property,
                       fmt::format("{} is given twice (also by {})", target.path, other.where));
            return;
        }
    request.iommus = context_.iommus;
    Grant granted = grant(board, request);
    for (const auto& [what, text] : granted.errors)
        node.error(what, text);
    device_interrupts_.insert(granted.device.interrupts.begin(), granted.device.interrupts.end());
    cell_.regions.insert(cell_.regions.end(), granted.regions.begin(), granted.regions.end());
    for (uint32_t id : granted.stream_ids)
        if (std::find(cell_.stream_ids.begin(), cell_.stream_ids.end(), id) ==
            cell_.stream_ids.end())
            cell_.stream_ids.push_back(id);
    cell_.devices.push_back(std::move(granted.device));
}

namespace {

// The device that a node of the board tree is; a fault when it is none.
const board::Device* find_device(Node& node, std::string_view property, const std::string& text,
                                 const ReadContext& context) {
    const board::Node* found = find_node(node, property, text, context);
    if (!found)
        return nullptr;
    const board::Device* device = context.board->device_at(*found);
    bool has_something = device && (!device->registers.empty() || !device->interrupts.empty());
    if (has_something)
        return device;
    node.error(property, fmt::format("{} is no device that can be given: it has neither registers "
                                     "that a CPU can reach nor interrupts of the GIC",
                                     found->path));
    return nullptr;
}

} // namespace

// devices = "uart3", "/soc/foo@1234";
void CellReader::read_device_list() {
    for (const auto& text : node_.texts("devices"))
        if (const board::Device* device = find_device(node_, "devices", text, context_))
            add_grant(node_, "devices", {.where = node_.path(), .device = device});
}

// device { of = "uart3"; }: the same with details.
void CellReader::read_device_of(Node node) {
    context_.acceptance->read(node);
    auto text = node.text("of");
    GrantRequest request{.where = node.path()};
    request.device = text ? find_device(node, "of", *text, context_) : nullptr;
    request.guest = node.address("guest");
    for (auto [property, list] :
         {std::pair("registers", &request.registers), std::pair("interrupts", &request.interrupts)})
        if (node.has(property))
            *list = node.numbers(property);
    if (node.flag("no-registers"))
        request.registers = std::vector<uint32_t>();
    if (node.flag("no-interrupts"))
        request.interrupts = std::vector<uint32_t>();
    for (const auto& name : memory_flags()) {
        bool implied = name.mask == BRIG_MEM_IO || name.mask == BRIG_MEM_COMM_REGION;
        if (!implied && node.flag(name.property))
            request.flags |= name.mask;
    }
    bool keeps_status = node.flag("leave-enabled");
    for (auto& child : node.children())
        child.error("there are no nodes inside a device");
    node.finish();
    if (!request.device)
        return;
    if (!request.device->registers.empty())
        node.check_unit(request.guest.value_or(request.device->registers[0].range.first),
                        request.guest ? "guest" : "of");
    size_t before = cell_.devices.size();
    add_grant(node, "of", std::move(request));
    if (cell_.devices.size() > before)
        cell_.devices.back().keeps_status = keeps_status;
}

} // namespace brig::config
