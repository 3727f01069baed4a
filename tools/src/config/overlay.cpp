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

uint32_t high(uint64_t value) {
    return static_cast<uint32_t>(value >> 32);
}

uint32_t low(uint64_t value) {
    return static_cast<uint32_t>(value);
}

void must(int error) {
    if (error)
        fail("writing the reserved-memory overlay: {}", fdt_strerror(error));
}

} // namespace

std::vector<Reservation> reservations(const Partition& partition) {
    const System& system = partition.configuration.system;
    std::vector<Range> ranges = partition.reserved;
    for (const auto& cell : partition.configuration.cells)
        for (const auto& region : cell.regions)
            if (is_ram(region))
                ranges.push_back(whole_pages(region.phys_range()));
    std::sort(ranges.begin(), ranges.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });

    std::vector<Reservation> result = {{"brig-hypervisor", system.hypervisor_memory.phys_range()}};
    bool first = true;
    for (const auto& range : ranges) {
        Range& previous = result.back().range;
        bool adjacent =
            !first && (range.first <= previous.last || range.first - 1 == previous.last);
        if (adjacent)
            previous.last = std::max(previous.last, range.last);
        else
            result.push_back({"brig-cells", range});
        first = false;
    }
    return result;
}

std::string overlay_source(const std::vector<Reservation>& reservations,
                           const std::string& origin) {
    std::string out = fmt::format("// Made by `brig config compile` from {}.\n"
                                  "// Apply it to the board's tree: fdtoverlay -i board.dtb -o "
                                  "merged.dtb reserved-memory.dtbo\n"
                                  "/dts-v1/;\n/plugin/;\n\n&{{/}} {{\n\treserved-memory {{\n"
                                  "\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n"
                                  "\t\tranges;\n",
                                  origin);
    for (const auto& [name, range] : reservations) {
        uint64_t size = range.last - range.first + 1;
        out += fmt::format("\n\t\t{}@{:x} {{\n\t\t\treg = <{:#x} {:#x} {:#x} {:#x}>;\n"
                           "\t\t\tno-map;\n\t\t}};\n",
                           name, range.first, high(range.first), low(range.first), high(size),
                           low(size));
    }
    return out + "\t};\n};\n";
}

Bytes overlay_blob(const std::vector<Reservation>& reservations) {
    Bytes blob(4096 + reservations.size() * 256);
    void* fdt = blob.data();
    must(fdt_create(fdt, static_cast<int>(blob.size())));
    must(fdt_finish_reservemap(fdt));
    must(fdt_begin_node(fdt, ""));
    must(fdt_begin_node(fdt, "fragment@0"));
    must(fdt_property_string(fdt, "target-path", "/"));
    must(fdt_begin_node(fdt, "__overlay__"));
    must(fdt_begin_node(fdt, "reserved-memory"));
    must(fdt_property_u32(fdt, "#address-cells", 2));
    must(fdt_property_u32(fdt, "#size-cells", 2));
    must(fdt_property(fdt, "ranges", nullptr, 0));
    for (const auto& [name, range] : reservations) {
        uint64_t size = range.last - range.first + 1;
        fdt32_t reg[4] = {cpu_to_fdt32(high(range.first)), cpu_to_fdt32(low(range.first)),
                          cpu_to_fdt32(high(size)), cpu_to_fdt32(low(size))};
        must(fdt_begin_node(fdt, fmt::format("{}@{:x}", name, range.first).c_str()));
        must(fdt_property(fdt, "reg", reg, sizeof(reg)));
        must(fdt_property(fdt, "no-map", nullptr, 0));
        must(fdt_end_node(fdt));
    }
    for (int level = 0; level < 4; level++)
        must(fdt_end_node(fdt));
    must(fdt_finish(fdt));
    blob.resize(fdt_totalsize(fdt));
    return blob;
}

} // namespace brig::config
