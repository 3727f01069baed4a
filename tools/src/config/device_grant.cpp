// SPDX-License-Identifier: Apache-2.0
#include "config/device_grant.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

constexpr uint64_t page = 0x1000;
constexpr uint64_t all_widths = BRIG_MEM_IO_8 | BRIG_MEM_IO_16 | BRIG_MEM_IO_32 | BRIG_MEM_IO_64;

Range page_of(uint64_t address) {
    return {address & ~(page - 1), address | (page - 1)};
}

// Devices with registers in `range` that do not belong to `own`.
std::vector<const board::Node*> others_in(const BoardView& board, const Range& range,
                                          const std::vector<const board::Device*>& own) {
    std::vector<const board::Node*> result;
    for (const board::Device* device : board.devices_in(range))
        if (std::find(own.begin(), own.end(), device) == own.end())
            result.push_back(device->node);
    return result;
}

// A page-mapped piece is joined with one that it touches.
void add_piece(std::vector<RegisterPiece>& pieces, RegisterPiece piece) {
    bool joins = !pieces.empty() && pieces.back().neighbours.empty() && piece.neighbours.empty() &&
                 pieces.back().range.last + 1 == piece.range.first;
    if (joins)
        pieces.back().range.last = piece.range.last;
    else
        pieces.push_back(std::move(piece));
}

// The access widths of emulated registers: what the tree says, or any.
uint64_t widths_of(const board::Node& node, uint64_t flags) {
    if (flags & all_widths)
        return flags & all_widths;
    switch (node.cell("reg-io-width").value_or(0)) {
    case 1:
        return BRIG_MEM_IO_8;
    case 2:
        return BRIG_MEM_IO_16;
    case 4:
        return BRIG_MEM_IO_32;
    case 8:
        return BRIG_MEM_IO_64;
    default:
        return all_widths;
    }
}

class Granting {
public:
    Granting(const BoardView& board, const GrantRequest& request)
        : board_(board), request_(request) {}

    Grant run();

private:
    std::vector<size_t> chosen(const std::optional<std::vector<uint32_t>>& wanted, size_t count,
                               const char* property, const char* what);
    void add_registers(const board::Device& device, const Range& range);
    void add_region(const board::Device& device, const Range& range, bool sub_page);
    void add_interrupts(const board::Device& device, const std::vector<size_t>& which);
    void add_streams(const board::Device& device);

    const BoardView& board_;
    const GrantRequest& request_;
    Grant grant_;
    std::optional<uint64_t> offset_; // guest minus host, modulo 2^64
};

std::vector<size_t> Granting::chosen(const std::optional<std::vector<uint32_t>>& wanted,
                                     size_t count, const char* property, const char* what) {
    std::vector<size_t> result;
    if (!wanted) {
        for (size_t i = 0; i < count; i++)
            result.push_back(i);
        return result;
    }
    for (uint32_t index : *wanted)
        if (index < count)
            result.push_back(index);
        else
            grant_.errors.emplace_back(property,
                                       fmt::format("there is no {}: {} has {} {}{}, counted from 0",
                                                   index, request_.device->node->path, count, what,
                                                   count == 1 ? "" : "s"));
    return result;
}

void Granting::add_region(const board::Device& device, const Range& range, bool sub_page) {
    if (!offset_)
        offset_ = request_.guest ? *request_.guest - range.first : 0;
    constexpr uint64_t access = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE;
    uint64_t flags = request_.flags & ~all_widths;
    if (!(flags & access))
        flags |= BRIG_MEM_READ | BRIG_MEM_WRITE;
    flags |= BRIG_MEM_IO;
    if (sub_page)
        flags |= widths_of(*device.node, request_.flags);
    grant_.regions.push_back({fmt::format("{} ({})", request_.where, device.node->path),
                              range.first, range.first + *offset_, range.size(), flags, true});
}

void Granting::add_registers(const board::Device& device, const Range& range) {
    for (auto& piece : register_pieces(board_, range, grant_.device.parts)) {
        bool sub_page = !piece.neighbours.empty();
        // `guest` is where the registers appear, not the page around them.
        if (!offset_ && request_.guest)
            offset_ = *request_.guest - range.first;
        bool known = std::any_of(
            grant_.regions.begin(), grant_.regions.end(),
            [&](const MemoryRegion& region) { return region.phys_range().contains(piece.range); });
        if (known) // two register blocks in one page
            continue;
        add_region(device, piece.range, sub_page);
        if (sub_page)
            grant_.device.sub_pages.push_back({piece.range, std::move(piece.neighbours)});
    }
}

void Granting::add_interrupts(const board::Device& device, const std::vector<size_t>& which) {
    for (size_t index : which)
        if (device.interrupts[index].intid >= 32) // PPIs come with the CPU
            grant_.device.interrupts.insert(device.interrupts[index].intid);
}

void Granting::add_streams(const board::Device& device) {
    for (const auto& streams : device.streams)
        if (request_.iommus.contains(streams.iommu))
            for (uint32_t i = 0; i < streams.count; i++)
                grant_.stream_ids.push_back((streams.first + i) | streams.mask << 16);
}

Grant Granting::run() {
    const board::Device& device = *request_.device;
    grant_.device.where = request_.where;
    grant_.device.device = &device;
    grant_.device.parts = board_.with_children(device);
    for (size_t index :
         chosen(request_.registers, device.registers.size(), "registers", "register block"))
        add_registers(device, device.registers[index].range);
    for (const auto& window : device.windows)
        add_registers(device, window.range);
    add_interrupts(
        device, chosen(request_.interrupts, device.interrupts.size(), "interrupts", "interrupt"));
    add_streams(device);
    for (const board::Device* part : grant_.device.parts) {
        if (part == &device)
            continue;
        for (const auto& reg : part->registers)
            add_registers(*part, reg.range);
        std::vector<size_t> all(part->interrupts.size());
        for (size_t i = 0; i < all.size(); i++)
            all[i] = i;
        add_interrupts(*part, all);
        add_streams(*part);
    }
    if (request_.guest && offset_ && *offset_ % page != 0 &&
        std::any_of(grant_.regions.begin(), grant_.regions.end(),
                    [](const MemoryRegion& region) { return region.phys % page == 0; }))
        grant_.errors.emplace_back(
            "guest", fmt::format("{:#x} differs from the registers' address {:#x} in the lower 12 "
                                 "bits: pages are mapped",
                                 *request_.guest, *request_.guest - *offset_));
    return std::move(grant_);
}

} // namespace

std::vector<RegisterPiece> register_pieces(const BoardView& board, const Range& registers,
                                           const std::vector<const board::Device*>& own) {
    std::vector<RegisterPiece> pieces;
    Range rest = registers;
    Range first = page_of(rest.first);
    // Only the first and the last page can be shared: those in between are covered.
    if (rest.first != first.first || rest.last < first.last) {
        Range part{rest.first, std::min(rest.last, first.last)};
        auto others = others_in(board, first, own);
        add_piece(pieces, {others.empty() ? first : part, std::move(others)});
        if (rest.last <= first.last)
            return pieces;
        rest.first = first.last + 1;
    }
    Range last = page_of(rest.last);
    if (rest.last == last.last) {
        add_piece(pieces, {rest, {}});
        return pieces;
    }
    if (rest.first < last.first)
        add_piece(pieces, {{rest.first, last.first - 1}, {}});
    auto others = others_in(board, last, own);
    add_piece(pieces, {others.empty() ? last : Range{last.first, rest.last}, std::move(others)});
    return pieces;
}

Grant grant(const BoardView& board, const GrantRequest& request) {
    return Granting(board, request).run();
}

} // namespace brig::config
