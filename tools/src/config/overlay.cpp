// SPDX-License-Identifier: Apache-2.0
#include "config/overlay.hpp"
#include "util/error.hpp"

#include <libfdt.h>

#include <algorithm>

namespace brig::config {

namespace {

// RAM: what a cell has for itself or shares, devices and communication regions left out.
bool is_ram(const MemoryRegion& region) {
    return region.has_phys() && !region.is(BRIG_MEM_IO);
}

void must(int error) {
    if (error)
        fail("writing the reserved-memory overlay: {}", fdt_strerror(error));
}

void add_number(std::vector<uint32_t>& cells, uint64_t value, unsigned count) {
    if (count < 2 && value >> 32)
        fail("writing the reserved-memory overlay: {:#x} does not fit into the {} cell that the "
             "board tree's root node has for it (#address-cells, #size-cells): place it lower",
             value, count);
    if (count > 1)
        cells.push_back(static_cast<uint32_t>(value >> 32));
    cells.push_back(static_cast<uint32_t>(value));
}

std::vector<uint32_t> reg_of(const Overlay& overlay, const Range& range) {
    std::vector<uint32_t> cells;
    add_number(cells, range.first, overlay.address_cells);
    add_number(cells, range.size(), overlay.size_cells);
    return cells;
}

// Memory that is in the tree as reserved already, and that a cell was given by that name.
bool reserved_by_board(const MemoryRegion& region) {
    return region.named;
}

} // namespace

Overlay make_overlay(const Partition& partition) {
    const System& system = partition.configuration.system;
    Overlay overlay;
    std::vector<Range> ranges = partition.reserved;
    for (const auto& cell : partition.configuration.cells) {
        for (const auto& region : cell.regions)
            if (is_ram(region) && !reserved_by_board(region))
                ranges.push_back(whole_pages(region.phys_range()));
        for (const auto& given : cell.devices)
            if (!given.keeps_status)
                overlay.devices.push_back(given.device->node->path);
    }
    overlay.reservations = {{"brig-hypervisor", system.hypervisor_memory.phys_range()}};
    for (const Range& range : merged(ranges))
        overlay.reservations.push_back({"brig-cells", range});
    std::sort(overlay.devices.begin(), overlay.devices.end());
    overlay.devices.erase(std::unique(overlay.devices.begin(), overlay.devices.end()),
                          overlay.devices.end());
    if (partition.board) {
        overlay.address_cells = partition.board->tree.root().address_cells();
        overlay.size_cells = partition.board->tree.root().size_cells();
    }
    return overlay;
}

std::string overlay_source(const Overlay& overlay, const std::string& origin) {
    std::string out = fmt::format("// Made by `brig config compile` from {}.\n"
                                  "// Apply it to the board's tree: fdtoverlay -i board.dtb -o "
                                  "merged.dtb reserved-memory.dtbo\n"
                                  "/dts-v1/;\n/plugin/;\n\n&{{/}} {{\n\treserved-memory {{\n"
                                  "\t\t#address-cells = <{}>;\n\t\t#size-cells = <{}>;\n"
                                  "\t\tranges;\n",
                                  origin, overlay.address_cells, overlay.size_cells);
    for (const auto& [name, range] : overlay.reservations)
        out += fmt::format("\n\t\t{}@{:x} {{\n\t\t\treg = <{:#x}>;\n\t\t\tno-map;\n\t\t}};\n", name,
                           range.first, fmt::join(reg_of(overlay, range), " "));
    out += "\t};\n};\n";
    if (!overlay.devices.empty())
        out += "\n// Devices of cells\n";
    for (const auto& path : overlay.devices)
        out += fmt::format("&{{{}}} {{\n\tstatus = \"reserved\";\n}};\n", path);
    return out;
}

namespace {

void put_reservations(void* fdt, const Overlay& overlay) {
    must(fdt_begin_node(fdt, "fragment@0"));
    must(fdt_property_string(fdt, "target-path", "/"));
    must(fdt_begin_node(fdt, "__overlay__"));
    must(fdt_begin_node(fdt, "reserved-memory"));
    must(fdt_property_u32(fdt, "#address-cells", overlay.address_cells));
    must(fdt_property_u32(fdt, "#size-cells", overlay.size_cells));
    must(fdt_property(fdt, "ranges", nullptr, 0));
    for (const auto& [name, range] : overlay.reservations) {
        std::vector<fdt32_t> reg;
        for (uint32_t cell : reg_of(overlay, range))
            reg.push_back(cpu_to_fdt32(cell));
        must(fdt_begin_node(fdt, fmt::format("{}@{:x}", name, range.first).c_str()));
        must(fdt_property(fdt, "reg", reg.data(), static_cast<int>(reg.size() * sizeof(fdt32_t))));
        must(fdt_property(fdt, "no-map", nullptr, 0));
        must(fdt_end_node(fdt));
    }
    for (int level = 0; level < 3; level++)
        must(fdt_end_node(fdt));
}

void put_device(void* fdt, size_t number, const std::string& path) {
    must(fdt_begin_node(fdt, fmt::format("fragment@{}", number).c_str()));
    must(fdt_property(fdt, "target-path", path.c_str(), static_cast<int>(path.size() + 1)));
    must(fdt_begin_node(fdt, "__overlay__"));
    must(fdt_property_string(fdt, "status", "reserved"));
    must(fdt_end_node(fdt));
    must(fdt_end_node(fdt));
}

} // namespace

Bytes overlay_blob(const Overlay& overlay) {
    size_t size = 4096 + overlay.reservations.size() * 256;
    for (const auto& path : overlay.devices)
        size += 256 + path.size();
    Bytes blob(size);
    void* fdt = blob.data();
    must(fdt_create(fdt, static_cast<int>(blob.size())));
    must(fdt_finish_reservemap(fdt));
    must(fdt_begin_node(fdt, ""));
    put_reservations(fdt, overlay);
    for (size_t i = 0; i < overlay.devices.size(); i++)
        put_device(fdt, i + 1, overlay.devices[i]);
    must(fdt_end_node(fdt));
    must(fdt_finish(fdt));
    blob.resize(fdt_totalsize(fdt));
    return blob;
}

Bytes apply_overlay(const Bytes& board, const Bytes& overlay, std::string_view what) {
    // Applying only adds what the overlay has; names may be added to the strings block.
    Bytes merged(board.size() + 2 * overlay.size() + 4096);
    Bytes copy = overlay; // it is destroyed
    int error = fdt_open_into(board.data(), merged.data(), static_cast<int>(merged.size()));
    if (!error)
        error = fdt_overlay_apply(merged.data(), copy.data());
    if (!error)
        error = fdt_pack(merged.data());
    if (error)
        fail("applying the {} to the board tree: {}", what, fdt_strerror(error));
    merged.resize(fdt_totalsize(merged.data()));
    return merged;
}

} // namespace brig::config
