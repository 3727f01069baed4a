// SPDX-License-Identifier: Apache-2.0
#include "decode/address_book.hpp"

#include "config/binary.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::decode {

namespace {

std::string flags_text(const config::MemoryRegion& region) {
    std::vector<std::string> words;
    const std::pair<uint64_t, const char*> flags[] = {
        {BRIG_MEM_READ, "read"}, {BRIG_MEM_WRITE, "write"}, {BRIG_MEM_EXECUTE, "execute"}};
    for (const auto& [flag, word] : flags)
        if (region.is(flag))
            words.push_back(word);
    if (region.sub_page())
        words.push_back("emulated");
    return words.empty() ? "no access" : joined(words);
}

bool contains(const Range& range, uint64_t address) {
    return range.contains(address);
}

} // namespace

AddressBook::AddressBook(const std::string& tree, const std::vector<std::string>& configs) {
    if (!tree.empty()) {
        tree_ = board::Tree::load(tree);
        devices_ = board::devices(*tree_);
        names_ = board::read_names(*tree_);
    }
    for (const std::string& file : configs) {
        config::ParsedFile parsed = config::parse_file(read_file(file, "configuration"), file);
        if (auto* system = std::get_if<config::System>(&parsed)) {
            cells_.insert(cells_.begin(), system->root);
            system_ = std::move(*system);
        } else {
            cells_.push_back(std::get<config::Cell>(parsed));
        }
    }
}

const config::Cell* AddressBook::find_cell(const std::string& name) const {
    for (const config::Cell& cell : cells_)
        if (cell.name == name)
            return &cell;
    return system_ ? &cells_.front() : nullptr;
}

AddressBook::Owner AddressBook::find_owner(uint64_t physical, const config::Cell& except) const {
    Owner found;
    for (const config::Cell& cell : cells_)
        for (const config::MemoryRegion& region : cell.regions)
            if (&cell != &except && region.has_phys() && contains(region.phys_range(), physical))
                found = {&cell, &region}; // the root cell is the first one
    return found;
}

// Which region of the cell has it; else who has it instead.
void AddressBook::look_at_configuration(AddressInfo& info, const std::string& name,
                                        uint64_t& physical) const {
    const config::Cell* cell = find_cell(name);
    if (cell == nullptr)
        return;
    for (const config::MemoryRegion& region : cell->regions) {
        if (region.size == 0 || !contains(region.virt_range(), info.address))
            continue;
        physical = info.address - region.virt + region.phys;
        info.region = fmt::format("in region {} of cell \"{}\" ({})", region.virt_range().text(),
                                  cell->name, flags_text(region));
        if (physical != info.address)
            info.region += fmt::format(", at {:#x} of the host", physical);
        const bool is_root = system_ && cell == &cells_.front();
        if (const Owner other = find_owner(physical, *cell);
            is_root && other.cell != nullptr && !other.region->is(BRIG_MEM_ROOTSHARED))
            info.region +=
                fmt::format(", which cell \"{}\" takes while it exists", other.cell->name);
        return;
    }
    info.region = fmt::format("in no region of cell \"{}\"", cell->name);
    if (system_ && contains(system_->hypervisor_memory.phys_range(), info.address)) {
        info.kind = "hypervisor";
        info.region += ", but in the hypervisor's memory";
        return;
    }
    if (const Owner other = find_owner(info.address, *cell); other.cell != nullptr)
        info.region += fmt::format(", but in {} of cell \"{}\"", other.region->phys_range().text(),
                                   other.cell->name);
}

void AddressBook::look_at_tree(AddressInfo& info, uint64_t physical) const {
    if (!tree_)
        return;
    uint64_t smallest = ~0ull;
    for (const board::Device& device : devices_) {
        for (const Range& range : device.addresses())
            if (contains(range, physical) && range.size() - 1 < smallest) {
                smallest = range.size() - 1;
                info.kind = "device";
                info.node = device.node->path;
                info.compatible = device.node->text("compatible");
            }
    }
    if (!info.kind.empty())
        return;
    for (const board::NamedRange& reserved : names_.reserved)
        if (contains(reserved.range, physical)) {
            info.kind = "reserved";
            info.node = reserved.name;
            return;
        }
    for (const Range& bank : names_.ram)
        if (contains(bank, physical))
            info.kind = "ram";
    // Trees without memory nodes: nobody knows where RAM is.
    if (info.kind.empty() && !names_.ram.empty())
        info.kind = "hole";
}

AddressInfo AddressBook::explain(uint64_t address, const std::string& cell) const {
    AddressInfo info;
    info.address = address;
    info.type = "ipa";
    uint64_t physical = address;
    look_at_configuration(info, cell, physical);
    look_at_tree(info, physical);
    return info;
}

} // namespace brig::decode
